import LinearAlgebra
import Transformers

extension GradientPart {
  /// The sum of all lanes' shares, by the definition of each source, in `Double`.
  package func referenceSum() -> [Double] {
    var sum = [Double](repeating: 0, count: elements.count)
    switch source {
    case .product(let a, let b, let lanes):
      for row in lanes.joined() {
        for i in 0..<a.columns {
          for j in 0..<b.columns { sum[i * b.columns + j] += Double(a[row: row][i]) * Double(b[row: row][j]) }
        }
      }
    case .blockSum(let x, let lanes):
      let blockRows = elements.count / x.columns
      for lane in lanes {
        precondition(lane.count % blockRows == 0, "a lane of \(lane.count) rows in blocks of \(blockRows)")
        for (place, row) in lane.enumerated() {
          for j in 0..<x.columns { sum[place % blockRows * x.columns + j] += Double(x[row: row][j]) }
        }
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
    result[part.parameter, default: ReferenceTensor(zeros: shape)].elements
      .replaceSubrange(part.elements, with: part.referenceSum())
    filled[part.parameter, default: 0] += part.elements.count
  }
  for (parameter, count) in filled {
    precondition(count == layout.parameters[parameter].count, "\(layout.parameters[parameter].name) is filled in part")
  }
  return result
}
