import TestSupport

/// The gradient of a function at x, by differences to both sides of every element.
///
/// With a step of 1e-5 the error is of the order 1e-10: far below that of `Float`.
func centralDifferences(_ x: ReferenceTensor, _ function: (ReferenceTensor) -> Double) -> ReferenceTensor {
  var (gradient, moved) = (x, x)
  let step = 1e-5
  for index in x.elements.indices {
    moved.elements[index] = x.elements[index] + step
    let above = function(moved)
    moved.elements[index] = x.elements[index] - step
    gradient.elements[index] = (above - function(moved)) / (2 * step)
    moved.elements[index] = x.elements[index]
  }
  return gradient
}

/// The slope of a function at x along a direction.
func slope(
  _ x: ReferenceTensor, along direction: ReferenceTensor, _ function: (ReferenceTensor) -> Double
) -> Double {
  let step = 1e-5
  return (function(combine(x, direction) { $0 + step * $1 }) - function(combine(x, direction) { $0 - step * $1 }))
    / (2 * step)
}
