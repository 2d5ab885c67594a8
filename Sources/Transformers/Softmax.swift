import LinearAlgebra

/// yᵢ = exp(xᵢ − max x) / Σⱼ exp(xⱼ − max x)
package enum Softmax {
  /// In place.
  package static func forward(_ x: UnsafeMutablePointer<Float>, count: Int) {
    var maxima = FloatVector(repeating: -.infinity)
    forVectors(count) { index in
      maxima = pointwiseMax(maxima, x.vector(at: index))
    } rest: { index in
      maxima[0] = max(maxima[0], x[index])
    }
    let largest = maxima.largest
    var sums = FloatVector.zero
    forPartialVectors(count) { index, length in
      let value = FloatVector.exp(load(x, index, length) - largest)
      store(value, x, index, length)
      sums += length == 16 ? value : load(x, index, length)
    }
    multiply(x, by: 1 / sums.total, into: x, count: count)
  }

  /// dx = y ⊙ (dy − ⟨dy, y⟩), in place of dy.
  package static func backward(_ dy: UnsafeMutablePointer<Float>, y: UnsafePointer<Float>, count: Int) {
    var sums = FloatVector.zero
    forPartialVectors(count) { index, length in sums += load(dy, index, length) * load(y, index, length) }
    let mean = sums.total
    forPartialVectors(count) { index, length in
      store((load(dy, index, length) - mean) * load(y, index, length), dy, index, length)
    }
  }
}
