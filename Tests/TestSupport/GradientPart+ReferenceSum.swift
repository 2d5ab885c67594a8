import LinearAlgebra
import Transformers

extension GradientPart {
  /// The elements that the part fills.
  private var count: Int {
    if case .product(let a, let b, _) = source { a.columns * b.columns } else { elements.count }
  }

  /// The rows in which they lie in the parameter.
  package var runs: [Range<Int>] {
    guard let stride, case .product(let a, let b, _) = source else { return [elements] }
    return (0..<a.columns).map { row in
      let first = elements.lowerBound + row * stride
      return first..<first + b.columns
    }
  }

  /// The sum of all lanes' shares, by the definition of each source, in `Double`.
  package func referenceSum() -> [Double] {
    var sum = [Double](repeating: 0, count: count)
    switch source {
    case .product(let a, let b, let lanes):
      for row in lanes.all.joined() {
        for i in 0..<a.columns {
          for j in 0..<b.columns { sum[i * b.columns + j] += Double(a[row: row][i]) * Double(b[row: row][j]) }
        }
      }
    case .blockSum(let x, let lanes):
      let blockRows = elements.count / x.columns
      for lane in lanes.all {
        precondition(lane.count % blockRows == 0, "a lane of \(lane.count) rows in blocks of \(blockRows)")
        for (place, row) in lane.enumerated() {
          for j in 0..<x.columns { sum[place % blockRows * x.columns + j] += Double(x[row: row][j]) }
        }
      }
    case .scatter(let x, let targets, let lanes):
      for row in lanes.all.joined() {
        for j in 0..<x.columns { sum[targets[row] * x.columns + j] += Double(x[row: row][j]) }
      }
    case .perLane(let x):
      for row in 0..<x.rows { for j in 0..<x.columns { sum[j] += Double(x[row: row][j]) } }
    }
    return sum
  }
}

/// The gradients of parameters, by index, from the parts that fill them.
///
/// - Precondition: every element of a parameter that has a part is filled once.
package func referenceSums(_ parts: [GradientPart], _ layout: ParameterLayout) -> [Int: ReferenceTensor] {
  var result: [Int: ReferenceTensor] = [:]
  var filled: [Int: Int] = [:]
  for part in parts {
    let shape = layout.parameters[part.parameter].shape
    var sum = part.referenceSum()[...]
    for run in part.runs {
      result[part.parameter, default: ReferenceTensor(zeros: shape)].elements
        .replaceSubrange(run, with: sum.prefix(run.count))
      sum = sum.dropFirst(run.count)
      filled[part.parameter, default: 0] += run.count
    }
  }
  for (parameter, count) in filled {
    precondition(count == layout.parameters[parameter].count, "\(layout.parameters[parameter].name) is filled in part")
  }
  return result
}
