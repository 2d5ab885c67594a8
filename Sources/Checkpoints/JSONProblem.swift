/// Why a text is not acceptable JSON.
enum JSONProblem: Error, Equatable {
  /// - Parameter offset: where, in bytes from the start of the text.
  /// - Parameter reason: what was expected or found there.
  case malformed(offset: Int, reason: String)
  /// Two members of one object have this name.
  case duplicateName(String)
}
