import LinearAlgebra

/// What one rank does for the gradients of one stage: a pure function of lanes, routes and the rank.
///
/// Everything lies in one block of memory. It begins with the rank's own sums: for each of its pieces of the tree a copy of
/// the stage. Behind them is a place for each sum that arrives, and for each that the rank puts together. No place has two
/// uses, so that a message under way never meets another.
struct ExchangePlan: Sendable {
  /// A tensor's sum that goes to another rank or comes from one.
  struct Message: Sendable {
    let peer: Int
    let tag: Int
    /// In the block of memory.
    let elements: Range<Int>
  }

  /// One leg of the way: first sums are put together, then they are sent. What others send arrives all the while.
  struct Leg: Sendable {
    fileprivate(set) var sums: [SumTile] = []
    fileprivate(set) var sends: [Message] = []
    fileprivate(set) var receives: [Message] = []
  }

  /// By `GradientRoute.Leg`.
  private(set) var legs = [Leg](repeating: Leg(), count: GradientRoute.Leg.allCases.count)
  /// Where the whole gradients are, in the end, of the tensors that the rank owns tasks of, by the tensor's number.
  private(set) var gradients: [Int: Range<Int>] = [:]
  /// The elements of the block of memory.
  private(set) var count: Int

  init(_ stage: GradientStage, rank: Int, lanes: LanePlan) {
    let pieces = lanes.pieces(ofRank: rank)
    count = pieces.count * stage.count
    for member in stage.tensors {
      var held: [Range<Int>: Int] = [:]
      for (number, piece) in pieces.enumerated() { held[piece] = number * stage.count + member.offset }
      for leg in GradientRoute.Leg.allCases {
        let travelling = member.route.pieces(on: leg)
        for piece in travelling where piece.from == rank {
          let place = sum(piece.lanes, of: member, &held, leg)
          legs[leg.rawValue].sends.append(message(piece, to: piece.to, leg, member, at: place))
        }
        for piece in travelling where piece.to == rank {
          let place = room(member)
          held[piece.lanes] = place
          legs[leg.rawValue].receives.append(message(piece, to: piece.from, leg, member, at: place))
        }
      }
      if member.route.owner == rank || member.route.otherOwners.contains(rank) {
        let place = sum(lanes.tree.root, of: member, &held, .toOtherOwners)
        gradients[member.tensor] = place..<place + member.count
      }
    }
  }

  private func message(
    _ piece: GradientRoute.Piece, to peer: Int, _ leg: GradientRoute.Leg, _ member: GradientStage.Member, at place: Int
  ) -> Message {
    Message(
      peer: peer, tag: MessageTag.gradient(leg, tensor: member.tensor, piece: piece.number),
      elements: place..<place + member.count)
  }

  /// A place of its own for a sum of a tensor.
  private mutating func room(_ member: GradientStage.Member) -> Int {
    defer { count += member.count }
    return count
  }

  /// Where a sum is that the rank holds, or puts together at the beginning of `leg` out of those it holds.
  private mutating func sum(
    _ node: Range<Int>, of member: GradientStage.Member, _ held: inout [Range<Int>: Int], _ leg: GradientRoute.Leg
  ) -> Int {
    if let place = held[node] { return place }
    let place = room(member)
    legs[leg.rawValue].sums += SumTile.tiles(node, terms: held, target: place, count: member.count)
    held[node] = place
    return place
  }
}

/// A stretch of a sum that a rank puts together out of other sums in the same block of memory.
struct SumTile: Sendable {
  /// The tree node of the sum.
  let node: Range<Int>
  /// The first elements of the sums at hand, by their tree nodes.
  let terms: [Range<Int>: Int]
  /// The sum's first element.
  let target: Int
  /// The elements of the sum that this stretch has, from 0.
  let elements: Range<Int>

  /// The most elements of a stretch.
  private static let most = 1 << 16

  static func tiles(_ node: Range<Int>, terms: [Range<Int>: Int], target: Int, count: Int) -> [SumTile] {
    stride(from: 0, to: count, by: most).map {
      SumTile(node: node, terms: terms, target: target, elements: $0..<min($0 + most, count))
    }
  }

  /// The elements of scratch that adding up takes.
  var scratchCount: Int { SumTree.depth(of: node) * elements.count }

  func add(in memory: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>) {
    let count = elements.count
    func buffer(_ index: Int) -> UnsafeMutablePointer<Float> {
      index == 0 ? memory + target + elements.lowerBound : scratch + (index - 1) * count
    }
    SumTree.sum(
      node, isTerm: { terms[$0] != nil },
      term: { node, index in
        buffer(index).update(from: memory + terms[node]! + elements.lowerBound, count: count)
      }, addition: { index, to in LinearAlgebra.add(buffer(to), buffer(index), into: buffer(to), count: count) })
  }
}
