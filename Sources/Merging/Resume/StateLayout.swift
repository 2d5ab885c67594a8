import LinearAlgebra

/// Where everything that is learnt stands in one list of numbers: values, first moments and second moments, in `Double`.
///
/// The layout depends on the collection and the recipe alone, not on which rank owns what. So a state that some ranks have
/// saved is taken up by any other number of them.
///
///     masks.NAME           [T, 3, r]   ℓ of a masked tensor, its moments m and v
///     coefficients.NAME    [T, 3]      λ of a masked or scaled tensor
///     shared_coefficients  [3, T]      λ where a task's tensors have one among them
///     heads.TASK           [3, K, C]   the weights of a head that is learnt
package struct StateLayout: Equatable, Sendable {
  package struct Entry: Equatable, Sendable {
    package let name: String
    package let shape: [Int]
    /// Where it begins, counted in numbers.
    package let offset: Int

    package var range: Range<Int> { offset..<offset + shape.reduce(1, *) }
  }

  package private(set) var entries: [Entry] = []
  package private(set) var count = 0
  private var masks: [Int: Int] = [:]
  private var coefficients: [Int: Int] = [:]
  private var shared: Int?
  private var heads: [Int] = []

  /// - Parameter heads: the shapes [K, C] of the heads that are learnt, by task; empty where none is.
  package init(_ collection: Collection, heads: [[Int]]) {
    let tasks = collection.taskCount
    for index in collection.body {
      let tensor = collection.tensors[index]
      if tensor.role == .masked {
        masks[index] = append("masks." + tensor.name, [tasks, 3, tensor.componentCount])
      }
      if tensor.role != .frozen { coefficients[index] = append("coefficients." + tensor.name, [tasks, 3]) }
    }
    if collection.request.learning?.sharesCoefficients == true {
      shared = append("shared_coefficients", [3, tasks])
    }
    self.heads = zip(collection.request.models, heads).map { append("heads." + $0.task, [3] + $1) }
  }

  private mutating func append(_ name: String, _ shape: [Int]) -> Int {
    entries.append(Entry(name: name, shape: shape, offset: count))
    count = entries.last!.range.upperBound
    return entries.count - 1
  }

  /// The mask logits of one task of a masked tensor.
  func masks(tensor: Int, task: Int) -> Range<Int> {
    part(task, of: entries[masks[tensor]!])
  }

  /// The coefficient of one task of a tensor.
  func coefficient(tensor: Int, task: Int) -> Range<Int> {
    part(task, of: entries[coefficients[tensor]!])
  }

  /// The coefficients that tensors share; nil where they have their own.
  var sharedCoefficients: Range<Int>? { shared.map { entries[$0].range } }

  /// The weights of a task's head.
  func head(task: Int) -> Range<Int> { entries[heads[task]].range }

  private func part(_ task: Int, of entry: Entry) -> Range<Int> {
    let count = entry.range.count / entry.shape[0]
    return entry.offset + task * count..<entry.offset + (task + 1) * count
  }
}

extension AdamVector {
  /// Values, first and second moments, one after the other.
  var numbers: [Double] { values + firstMoments + secondMoments }

  /// - Parameter numbers: as `numbers` gives them.
  init(numbers: ArraySlice<Double>) {
    let count = numbers.count / 3
    self.init(
      values: Array(numbers.prefix(count)), firstMoments: Array(numbers.dropFirst(count).prefix(count)),
      secondMoments: Array(numbers.dropFirst(2 * count)))
  }
}
