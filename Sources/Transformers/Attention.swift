import LinearAlgebra

/// Multi-head scaled dot-product attention of one sequence: N tokens, of which M ask, C channels in H heads of C/H.
///
///     P = softmax(Q·Kᵀ / √(C/H)),   A = P·V          for each head
///
/// Source: Vaswani et al. (arXiv:1706.03762).
package struct Attention: Sendable {
  package let heads: Int
  package let width: Int
  /// Whether a token sees only itself and those before it; the last of M < N tokens that ask see all.
  package var isCausal = false

  /// - Precondition: `heads` divides `width`.
  package init(heads: Int, width: Int) {
    precondition(width % heads == 0, "\(width) channels in \(heads) heads")
    self.heads = heads
    self.width = width
  }

  private var headWidth: Int { width / heads }
  private var scale: Float { 1 / Float(headWidth).squareRoot() }

  /// - Parameters:
  ///   - q: [M, C].
  ///   - kv: [N, 2·C]: keys, then values.
  ///   - probabilities: [H·M, N], kept for `backward`.
  ///   - a: [M, C].
  package func forward(_ q: MatrixView, _ kv: MatrixView, probabilities: MutableMatrixView, into a: MutableMatrixView) {
    for head in 0..<heads {
      let channels = head * headWidth..<(head + 1) * headWidth
      let p = probabilities.rows(head * q.rows..<(head + 1) * q.rows)
      multiply(q.columns(channels), kv.columns(channels).transposed, into: p, scale: scale)
      for row in 0..<p.rows {
        let seen = isCausal ? p.columns - p.rows + row + 1 : p.columns
        Softmax.forward(p[row: row], count: seen)
        (p[row: row] + seen).update(repeating: 0, count: p.columns - seen)
      }
      multiply(p.view, kv.columns(channels.shifted(by: width)), into: a.columns(channels))
    }
  }

  /// - Parameters:
  ///   - da: [M, C].
  ///   - q, kv, probabilities: as in `forward`.
  ///   - scratch: [M, N].
  ///   - dq: [M, C].
  ///   - dkv: [N, 2·C].
  package func backward(
    _ da: MatrixView, _ q: MatrixView, _ kv: MatrixView, probabilities: MatrixView, scratch: MutableMatrixView,
    dq: MutableMatrixView, dkv: MutableMatrixView
  ) {
    for head in 0..<heads {
      let channels = head * headWidth..<(head + 1) * headWidth
      let values = channels.shifted(by: width)
      let p = probabilities.rows(head * q.rows..<(head + 1) * q.rows)
      multiply(p.transposed, da.columns(channels), into: dkv.columns(values))
      multiply(da.columns(channels), kv.columns(values).transposed, into: scratch)
      for row in 0..<p.rows { Softmax.backward(scratch[row: row], y: p[row: row], count: p.columns) }
      multiply(scratch.view, kv.columns(channels), into: dq.columns(channels), scale: scale)
      multiply(scratch.view.transposed, q.columns(channels), into: dkv.columns(channels), scale: scale)
    }
  }
}

extension Range<Int> {
  func shifted(by distance: Int) -> Range<Int> { lowerBound + distance..<upperBound + distance }
}
