import CMPI

/// A call to MPI that failed.
package struct MPIError: Error, CustomStringConvertible {
  /// The MPI routine.
  package let routine: String
  /// MPI's error code.
  package let code: Int
  /// MPI's own words for the code.
  package let message: String

  package var description: String { "\(routine) failed: \(message) (code \(code))" }
}

/// The one place where MPI's return codes become errors.
///
/// - Throws: `MPIError` unless `code` is success.
func check(_ code: Int32, _ routine: String) throws(MPIError) {
  guard code != MPI_SUCCESS else { return }
  var text = [CChar](repeating: 0, count: Int(MPI_MAX_ERROR_STRING) + 1)
  var length: Int32 = 0
  MPI_Error_string(code, &text, &length)
  let message = String(decoding: text.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  throw MPIError(routine: routine, code: Int(code), message: message)
}
