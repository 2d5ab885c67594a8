/// Texts and their ids, found by their Unicode scalars from the first on.
///
/// A node is a number, the root 0; the table maps a node and the next scalar to the next node.
struct ScalarTrie: Sendable {
  private var children = HashTable()
  /// By node; −1 where no text ends.
  private var ids: [Int32] = [-1]

  /// Adds a text unless it has an id already.
  ///
  /// - Returns: the id that the text had before, which it keeps.
  @discardableResult
  mutating func insert(_ text: some Sequence<Unicode.Scalar>, id: Int32) -> Int32? {
    var node = 0
    for scalar in text {
      let key = Self.key(node, scalar)
      if let child = children[key] {
        node = Int(child)
      } else {
        children.set(key, to: UInt64(ids.count))
        node = ids.count
        ids.append(-1)
      }
    }
    if ids[node] >= 0 { return ids[node] }
    ids[node] = id
    return nil
  }

  /// The id of exactly this text.
  func id(of text: some Sequence<Unicode.Scalar>) -> Int32? {
    node(of: text).flatMap { ids[$0] >= 0 ? ids[$0] : nil }
  }

  func id(of text: String) -> Int32? { id(of: text.unicodeScalars) }

  /// Where the texts begin that have this prefix.
  func node(of prefix: some Sequence<Unicode.Scalar>) -> Int? {
    var node = 0
    for scalar in prefix {
      guard let child = children[Self.key(node, scalar)] else { return nil }
      node = Int(child)
    }
    return node
  }

  /// The longest text that begins at the start of a range and ends in it.
  ///
  /// - Parameter start: the node to start from; what leads there counts as read already.
  func longestMatch(in scalars: [Unicode.Scalar], _ range: Range<Int>, from start: Int = 0) -> (end: Int, id: Int32)? {
    var node = start
    var longest: (end: Int, id: Int32)?
    for index in range {
      guard let child = children[Self.key(node, scalars[index])] else { break }
      node = Int(child)
      if ids[node] >= 0 { longest = (index + 1, ids[node]) }
    }
    return longest
  }

  private static func key(_ node: Int, _ scalar: Unicode.Scalar) -> UInt64 {
    HashTable.key(UInt32(node), scalar.value)
  }
}
