/// Something that a reader should not have done with a file.
struct Finding: Codable {
  enum Kind: String, Codable {
    case crash
    case hang
    case memory
    case accepted
    case violation
    case foreignError = "foreign-error"
    case unsteady
  }

  let kind: Kind
  /// The case's.
  let number: Int
  /// What happened, in a sentence or more.
  let text: String
}
