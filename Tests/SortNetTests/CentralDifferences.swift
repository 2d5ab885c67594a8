/// The gradient of a function, by differences to both sides of every element: the error is of the order 1e-10.
func centralDifferences(_ x: [Double], _ function: ([Double]) -> Double) -> [Double] {
  let step = 1e-5
  return x.indices.map { index in
    var moved = x
    moved[index] = x[index] + step
    let above = function(moved)
    moved[index] = x[index] - step
    return (above - function(moved)) / (2 * step)
  }
}

/// The largest difference between two lists, in units of the second's largest magnitude.
func largestDifference(_ got: [Double], _ wanted: [Double]) -> Double {
  let scale = wanted.reduce(0) { max($0, abs($1)) }
  return zip(got, wanted).reduce(got.count == wanted.count ? 0 : .infinity) { max($0, abs($1.0 - $1.1) / scale) }
}
