import Communication
import LinearAlgebra

extension LearningRun {
  /// Saves the state as it is between two steps. Collective.
  ///
  /// - Parameter isGood: whether it is the state to go back to where a task collapses later.
  func save(isGood: Bool = false) throws {
    let begin = monotonicSeconds()
    defer { savingSeconds += monotonicSeconds() - begin }
    guard let numbers = try gatherNumbers() else { return }
    if isGood { good = (losses, numbers) }
    guard let keeper, keeper.keeps else { return }
    try job.keepingInTouch {
      keeper.save(
        step: losses.count, losses: losses, watch: collapseGuard?.record, numbers: numbers, layout: layout,
        isGood: isGood, notice: { observe(.notice($0)) })
    }
  }

  /// Everything that is learnt, in the layout's order, on rank 0. Collective.
  ///
  /// In the components exchange every node has all of it; the first one's ranks give it.
  func gatherNumbers() throws -> [Double]? {
    let isGiver = exchange == .dense || job.nodeIndex == 0
    var own = isGiver ? ownership.shares.flatMap(Self.numbers) : []
    for task in 0..<collection.taskCount where headLearning?.owner(ofTask: task) == job.rank {
      own += headLearning!.state(ofTask: task).numbers
    }
    guard let all = try job.world.gather(own) else { return nil }
    var remaining = all.map { $0[...] }
    var numbers = [Double](repeating: 0, count: layout.count)
    func take(_ range: Range<Int>, from rank: Int) {
      for (place, number) in zip(range, remaining[rank].prefix(range.count)) { numbers[place] = number }
      remaining[rank] = remaining[rank].dropFirst(range.count)
    }
    for tensor in collection.body where collection.tensors[tensor].role != .frozen {
      for share in shardPlan.shares[tensor] {
        let rank = exchange == .dense ? share.rank : job.topology.ranksByNode[0][share.rank]
        if collection.tensors[tensor].role == .masked {
          for task in share.tasks { take(layout.masks(tensor: tensor, task: task), from: rank) }
        }
        for task in share.tasks { take(layout.coefficient(tensor: tensor, task: task), from: rank) }
      }
    }
    if let headLearning {
      for task in 0..<collection.taskCount { take(layout.head(task: task), from: headLearning.owner(ofTask: task)) }
    }
    if let range = layout.sharedCoefficients {
      for (place, number) in zip(range, sharedCoefficients!.learning.numbers) { numbers[place] = number }
    }
    return numbers
  }

  /// A share's numbers, task by task: its masks, then its coefficients.
  private static func numbers(_ owned: OwnedShare) -> [Double] {
    let coefficients = owned.coefficients
    return owned.maskLogits.flatMap(\.numbers)
      + coefficients.values.indices.flatMap {
        [coefficients.values[$0], coefficients.firstMoments[$0], coefficients.secondMoments[$0]]
      }
  }

  /// Takes up the state of an earlier merge, which rank 0 gives, with the heads as they are. Collective.
  func begin(with numbers: [Double]?) throws {
    var numbers = numbers
    if headLearning != nil, numbers != nil {
      for task in 0..<collection.taskCount {
        let first = layout.head(task: task).lowerBound
        for (place, weight) in lanes.head(ofTask: task).weight.elements.enumerated() {
          numbers![first + place] = Double(weight)
        }
      }
    }
    try restore(numbers.map { ([], $0) })
    for owned in ownership.shares { owned.markBeginning() }
  }

  /// Takes up a state, which rank 0 gives. Collective.
  func restore(_ checkpoint: (losses: [[Double]], numbers: [Double])?) throws {
    let tasks = collection.taskCount
    var steps = [checkpoint?.losses.count ?? 0]
    try steps.withUnsafeMutableBufferPointer { try job.world.broadcast(into: $0) }
    var numbers = (checkpoint?.losses.flatMap { $0 } ?? [Double](repeating: 0, count: steps[0] * tasks))
    numbers += checkpoint?.numbers ?? [Double](repeating: 0, count: layout.count)
    try numbers.withUnsafeMutableBufferPointer { try job.world.broadcast(into: $0) }
    losses = (0..<steps[0]).map { Array(numbers[$0 * tasks..<($0 + 1) * tasks]) }
    numbers.removeFirst(steps[0] * tasks)

    for owned in ownership.shares where owned.tensor.role != .frozen {
      let (tensor, own) = (owned.share.tensor, owned.share.tasks)
      if owned.tensor.role == .masked {
        owned.maskLogits = own.map { AdamVector(numbers: numbers[layout.masks(tensor: tensor, task: $0)]) }
      }
      let rows = own.map { Array(numbers[layout.coefficient(tensor: tensor, task: $0)]) }
      owned.coefficients = AdamVector(
        values: rows.map { $0[0] }, firstMoments: rows.map { $0[1] }, secondMoments: rows.map { $0[2] })
    }
    if let range = layout.sharedCoefficients { sharedCoefficients!.learning = AdamVector(numbers: numbers[range]) }
    if let headLearning {
      for task in 0..<tasks {
        headLearning.restore(AdamVector(numbers: numbers[layout.head(task: task)]), ofTask: task, lanes)
      }
    }
  }
}
