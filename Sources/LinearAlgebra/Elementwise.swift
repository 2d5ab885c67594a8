import Foundation

/// Every element of `c` ← `value`.
package func fill(_ c: MutableMatrixView, with value: Float) {
  for row in 0..<c.rows { c[row: row].update(repeating: value, count: c.columns) }
}

/// b ← a, row by row.
///
/// - Precondition: the same shape, and `a` is not transposed.
package func copy(_ a: MatrixView, into b: MutableMatrixView) {
  precondition(!a.isTransposed && a.rows == b.rows && a.columns == b.columns)
  for row in 0..<a.rows { b[row: row].update(from: a[row: row], count: a.columns) }
}

/// y ← a + b, elementwise. `y` may be `a` or `b`.
package func add(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int)
{
  forVectors(count) {
    y.store(a.vector(at: $0) + b.vector(at: $0), at: $0)
  } rest: {
    y[$0] = a[$0] + b[$0]
  }
}

/// y ← y + scale · x, elementwise.
package func add(_ x: UnsafePointer<Float>, times scale: Float, to y: UnsafeMutablePointer<Float>, count: Int) {
  forVectors(count) {
    y.store(y.vector(at: $0) + x.vector(at: $0) * scale, at: $0)
  } rest: {
    y[$0] += x[$0] * scale
  }
}

/// y ← y + scale · x, elementwise, rounded once.
package func addFused(_ x: UnsafePointer<Float>, times scale: Float, to y: UnsafeMutablePointer<Float>, count: Int) {
  let factor = FloatVector(repeating: scale)
  forVectors(count) {
    y.store(y.vector(at: $0).addingProduct(x.vector(at: $0), factor), at: $0)
  } rest: {
    y[$0] = y[$0].addingProduct(x[$0], scale)
  }
}

/// y ← scale · x, elementwise. `y` may be `x`.
package func multiply(_ x: UnsafePointer<Float>, by scale: Float, into y: UnsafeMutablePointer<Float>, count: Int) {
  forVectors(count) {
    y.store(x.vector(at: $0) * scale, at: $0)
  } rest: {
    y[$0] = x[$0] * scale
  }
}

/// x ← x / divisor, elementwise.
package func divide(_ x: UnsafeMutablePointer<Float>, by divisor: Float, count: Int) {
  forVectors(count) {
    x.store(x.vector(at: $0) / divisor, at: $0)
  } rest: {
    x[$0] /= divisor
  }
}

/// Clears the elements whose magnitude is below `threshold`.
package func clear(_ x: UnsafeMutablePointer<Float>, below threshold: Float, count: Int) {
  forVectors(count) {
    let value = x.vector(at: $0)
    x.store(value.replacing(with: 0, where: value .< threshold .& value .> -threshold), at: $0)
  } rest: {
    if abs(x[$0]) < threshold { x[$0] = 0 }
  }
}

/// y ← x + row, for each row of x. `y` may be `x`.
package func add(row: UnsafePointer<Float>, to x: MutableMatrixView) {
  for index in 0..<x.rows { add(x[row: index], row, into: x[row: index], count: x.columns) }
}

/// Σₖ aₖ·bₖ, in `Float` within stretches of 4 096 elements and in `Double` over them.
package func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Double {
  var total = 0.0
  var start = 0
  while start < count {
    let end = min(start + 4_096, count)
    var sums = FloatVector.zero
    var rest: Float = 0
    var index = start
    while index + 16 <= end {
      sums += a.vector(at: index) * b.vector(at: index)
      index += 16
    }
    while index < end {
      rest += a[index] * b[index]
      index += 1
    }
    total += Double(sums.total) + Double(rest)
    start = end
  }
  return total
}

/// The index of the first element that is NaN or infinite, or nil.
package func firstNonFinite(_ x: UnsafePointer<Float>, count: Int) -> Int? {
  var start = 0
  while start < count {
    let end = min(start + 4_096, count)
    // x·0 is 0 for finite x and NaN otherwise, and NaN survives the sum.
    var sums = FloatVector.zero
    var rest: Float = 0
    var index = start
    while index + 16 <= end {
      sums += x.vector(at: index) * 0
      index += 16
    }
    while index < end {
      rest += x[index] * 0
      index += 1
    }
    if !(sums.total + rest == 0) { return (start..<end).first { !x[$0].isFinite } }
    start = end
  }
  return nil
}

/// b ← aᵀ: a [m, n], b [n, m], in blocks that stay in the cache. `b` is not `a`.
package func transpose(_ a: MatrixView, into b: MutableMatrixView) {
  precondition(!a.isTransposed && a.rows == b.columns && a.columns == b.rows)
  let block = 32
  for rowStart in stride(from: 0, to: a.rows, by: block) {
    for columnStart in stride(from: 0, to: a.columns, by: block) {
      for row in rowStart..<min(rowStart + block, a.rows) {
        let source = a[row: row]
        for column in columnStart..<min(columnStart + block, a.columns) {
          b[row: column][row] = source[column]
        }
      }
    }
  }
}
