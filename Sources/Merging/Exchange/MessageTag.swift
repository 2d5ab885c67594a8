/// What a message between ranks is, so that messages of different kinds never match.
enum MessageTag {
  /// A sum of lanes within a node, by its place among the sender's pieces.
  static func pieceWithinNode(tensor: Int, piece: Int) -> Int { tag(1, tensor, piece) }
  /// A sum of lanes from one node to another.
  static func pieceBetweenNodes(tensor: Int, piece: Int) -> Int { tag(2, tensor, piece) }
  /// A whole gradient, from the owner to the owners of other tasks.
  static func gradient(tensor: Int) -> Int { tag(3, tensor, 0) }
  /// A sum over some tasks, from the owner of these tasks to the tensor's owner.
  static func taskSum(_ share: ShardPlan.Share) -> Int { tag(4, share.tensor, share.groups.lowerBound) }
  /// A merged tensor, from its owner to another node.
  static func weights(tensor: Int) -> Int { tag(5, tensor, 0) }
  /// A tensor of the output, from its owner to rank 0.
  static func output(tensor: Int) -> Int { tag(6, tensor, 0) }
  /// An origin, from the tensor's owner to the owners of other tasks.
  static func origin(tensor: Int) -> Int { tag(7, tensor, 0) }

  private static func tag(_ kind: Int, _ tensor: Int, _ part: Int) -> Int {
    precondition(tensor < 1 << 20 && part < 1 << 7)
    return kind << 27 | tensor << 7 | part
  }
}
