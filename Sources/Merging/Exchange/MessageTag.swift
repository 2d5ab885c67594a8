/// What a message between ranks is, so that messages of different kinds never match.
///
/// A tag is `kind · 2²⁰ + part · 2¹³ + tensor or stage`: not above `Communicator.largestTag`. The numbers of tensors start again
/// after 2¹³, which does no harm: messages of one kind between two ranks are sent and received in one order, and MPI lets
/// none of them overtake another.
enum MessageTag {
  /// A sum of lanes, or the whole gradient, on one leg of its way.
  static func gradient(_ leg: GradientRoute.Leg, tensor: Int, piece: Int) -> Int { tag(leg.rawValue, tensor, piece) }
  /// A sum over some tasks, from the owner of these tasks to the tensor's owner.
  static func taskSum(_ share: ShardPlan.Share) -> Int { tag(3, share.tensor, share.groups.lowerBound) }
  /// A merged tensor, from its owner to another node.
  static func weights(tensor: Int) -> Int { tag(4, tensor, 0) }
  /// An origin, from the tensor's owner to the owners of other tasks.
  static func origin(tensor: Int) -> Int { tag(5, tensor, 0) }
  /// A tensor of the output, from its owner to rank 0: they come in the order of the files.
  static let output = tag(6, 0, 0)

  /// The products of a stage's components, from their owner on one node to their owners on another.
  static func products(stage: Int) -> Int { tag(7, stage, 0) }

  private static func tag(_ kind: Int, _ tensor: Int, _ part: Int) -> Int {
    precondition(kind < 1 << 3 && part < 1 << 7)
    return kind << 20 | part << 13 | tensor & (1 << 13 - 1)
  }
}
