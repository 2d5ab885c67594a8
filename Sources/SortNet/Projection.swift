/// projections [n, width] ← features [n, F] · weights [F, width], each element summed over the features in order.
///
/// A row depends on that row of the features alone, to the bit.
func project(
  _ features: UnsafePointer<Double>, count: Int, featureCount: Int, weights: UnsafePointer<Double>, width: Int,
  into projections: UnsafeMutablePointer<Double>
) {
  // Loops over ranges take many times as long in debug builds, here and in the other kernels.
  var object = 0
  while object < count {
    let (row, result) = (features + object * featureCount, projections + object * width)
    result.update(repeating: 0, count: width)
    var feature = 0
    while feature < featureCount {
      let (x, weight) = (row[feature], weights + feature * width)
      var column = 0
      while column < width {
        result[column] += weight[column] * x
        column += 1
      }
      feature += 1
    }
    object += 1
  }
}

/// gradient [F, width] ← featuresᵀ · deltas: features [n, F], deltas [n, width] the gradient with respect to the
/// projections.
func projectBackward(
  _ features: UnsafePointer<Double>, count: Int, featureCount: Int, deltas: UnsafePointer<Double>, width: Int,
  into gradient: UnsafeMutablePointer<Double>
) {
  gradient.update(repeating: 0, count: featureCount * width)
  var object = 0
  while object < count {
    let (row, delta) = (features + object * featureCount, deltas + object * width)
    var feature = 0
    while feature < featureCount {
      let (x, result) = (row[feature], gradient + feature * width)
      var column = 0
      while column < width {
        result[column] += delta[column] * x
        column += 1
      }
      feature += 1
    }
    object += 1
  }
}
