import Foundation

extension Source {
  /// The text of the file that this is the beginning of.
  func readText() throws(Finding) -> String {
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(fileURLWithPath: name))
    } catch {
      let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
      let reason = cause.map { String(cString: strerror(Int32(($0 as NSError).code))) } ?? error.localizedDescription
      throw Finding(file: name, message: "cannot be read: \(reason)")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Finding(file: name, message: "is not UTF-8 text")
    }
    return text
  }
}
