/// The tokens of a model and their ids.
struct Vocabulary: Sendable {
  private(set) var trie = ScalarTrie()
  private(set) var tokens: [(text: [Unicode.Scalar], id: Int32)] = []
  /// −1 where there is no token.
  private(set) var largestID: Int32 = -1

  /// Whether a token is longer than those of any model, which would make looking for it slow.
  static func isTooLong(_ token: String) -> Bool { token.unicodeScalars.count > longestToken }

  /// In scalars.
  static let longestToken = 1_000

  /// Adds a token.
  ///
  /// - Returns: whether it is new.
  @discardableResult
  mutating func add(_ token: String, id: Int32) -> Bool {
    let text = Array(token.unicodeScalars)
    guard trie.insert(text, id: id) == nil else { return false }
    tokens.append((text, id))
    largestID = max(largestID, id)
    return true
  }

  subscript(token: String) -> Int32? { trie.id(of: token) }

  /// The tokens `<0x00>` to `<0xFF>`, as far as there are such.
  var byteIDs: [Int32?] {
    (0..<256).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return self["<0x\(digits.count == 1 ? "0" : "")\(digits)>"]
    }
  }
}
