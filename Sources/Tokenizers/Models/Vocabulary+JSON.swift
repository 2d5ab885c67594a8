extension Vocabulary {
  /// An object that maps each token to its id.
  init(_ json: JSONPlace) throws(TokenizerError) {
    for member in try json.members() {
      guard case .integer(let integer) = member.value, let id = Int32(exactly: integer), id >= 0 else {
        throw json.invalid(
          "the id of \(member.name.quoted) is not an integer from 0 to \(Int32.max)")
      }
      guard !Self.isTooLong(member.name) else {
        throw json.invalid("the token \(member.name.quoted) is longer than \(Self.longestToken) characters")
      }
      add(member.name, id: id)
    }
  }
}
