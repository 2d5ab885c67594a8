import LinearAlgebra

/// ⟨τᵢ, τⱼ⟩ of all pairs of tasks, over what has been added so far.
struct TaskVectorProducts: Equatable, Sendable {
  let tasks: Int
  /// Those with i ≤ j, one row after another [T(T + 1)/2].
  private(set) var values: [Double]

  init(tasks: Int) {
    self.init(tasks: tasks, values: [Double](repeating: 0, count: tasks * (tasks + 1) / 2))
  }

  /// - Precondition: there are as many as it has.
  init(tasks: Int, values: [Double]) {
    precondition(values.count == tasks * (tasks + 1) / 2)
    self.tasks = tasks
    self.values = values
  }

  /// Whether nothing has been added, or nothing but noughts.
  var isEmpty: Bool { values.allSatisfy { $0 == 0 } }

  subscript(i: Int, j: Int) -> Double {
    let (i, j) = (min(i, j), max(i, j))
    return values[i * tasks - i * (i - 1) / 2 + j - i]
  }

  /// Adds those of some more elements.
  mutating func add(_ stretch: TaskVectorStretch) {
    var place = 0
    for i in 0..<tasks {
      for j in i..<tasks {
        values[place] += dot(stretch[i], stretch[j], count: stretch.elements.count)
        place += 1
      }
    }
  }

  static func + (left: TaskVectorProducts, right: TaskVectorProducts) -> TaskVectorProducts {
    TaskVectorProducts(tasks: left.tasks, values: zip(left.values, right.values).map { $0 + $1 })
  }
}
