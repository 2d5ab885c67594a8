/// The thin singular value decomposition of a matrix A [m, n], component by component.
///
///     A = Σₖ σₖ · uₖ vₖᵀ,   k = 0 ..< r,   r = min(m, n),   σ₀ ≥ σ₁ ≥ … ≥ 0
package struct SingularValueDecomposition: Sendable {
  /// [r, m]: row k is uₖ.
  package var left: Tensor
  /// [r]: σ.
  package var values: [Float]
  /// [r, n]: row k is vₖ.
  package var right: Tensor

  package init(left: Tensor, values: [Float], right: Tensor) {
    precondition(left.rows == values.count && right.rows == values.count)
    self.left = left
    self.values = values
    self.right = right
  }
}

/// Why a matrix could not be factored.
package enum FactorizationError: Error, Equatable, CustomStringConvertible {
  /// The matrix holds a NaN or an infinity.
  case notFinite(name: String, row: Int, column: Int)
  /// Neither of LAPACK's methods converged.
  case notConverged(name: String, info: Int)
  /// LAPACK refused an argument: a mistake of this program.
  case refused(name: String, info: Int)

  package var description: String {
    switch self {
    case .notFinite(let name, let row, let column):
      "cannot factor \(name): element [\(row), \(column)] is not a finite number"
    case .notConverged(let name, let info):
      "cannot factor \(name): neither sgesdd nor sgesvd converged (info \(info))"
    case .refused(let name, let info):
      "cannot factor \(name): LAPACK refused argument \(-info)"
    }
  }
}

extension SingularValueDecomposition {
  /// Factors `matrix` by divide and conquer (`sgesdd`), or by QR iteration (`sgesvd`) where that does not converge.
  ///
  /// LAPACK sees column-major matrices, and is faster on tall ones than on wide ones. So a wide row-major matrix is
  /// passed as it lies, which is its tall transpose, and a tall one is transposed first.
  ///
  /// Cost: about 6·m·n·r + 11·r³ operations (Golub and Van Loan, Matrix Computations, 4th ed., figure 8.6.1, for m ≥ n).
  ///
  /// - Parameters:
  ///   - name: what the matrix is, for error messages.
  ///   - methods: tried in this order until one converges.
  package init(
    _ matrix: borrowing Tensor, name: String, methods: [ColumnMajorFactors.Method] = ColumnMajorFactors.methods
  ) throws(FactorizationError) {
    let (m, n) = (matrix.rows, matrix.columns)
    let position = matrix.elements.withUnsafeBufferPointer { elements in
      elements.baseAddress.flatMap { firstNonFinite($0, count: elements.count) }
    }
    if let position { throw .notFinite(name: name, row: position / n, column: position % n) }

    let tall = Self.tallColumnMajor(matrix)
    var factors = ColumnMajorFactors(rows: max(m, n), columns: min(m, n))
    var info = 0
    for method in methods {
      info = method(&factors, tall)
      if info <= 0 { break }
    }
    if info < 0 { throw .refused(name: name, info: info) }
    if info > 0 { throw .notConverged(name: name, info: info) }
    OperationCounter.add(6 * m * n * min(m, n) + 11 * min(m, n) * min(m, n) * min(m, n))

    // Column k of the first factor is contiguous: it is row k of ours. The second has row k strided.
    let first = Tensor(shape: [min(m, n), max(m, n)], elements: factors.u)
    var second = Tensor(zeros: [min(m, n), min(m, n)])
    second.withMutableMatrix { target in
      factors.vt.withUnsafeBufferPointer {
        transpose(MatrixView($0.baseAddress!, rows: min(m, n), columns: min(m, n)), into: target)
      }
    }
    self.values = factors.values
    self.left = m > n ? first : second
    self.right = m > n ? second : first
  }

  /// The elements of `matrix`, or of its transpose, whichever is tall, in column-major order.
  private static func tallColumnMajor(_ matrix: borrowing Tensor) -> [Float] {
    guard matrix.rows > matrix.columns else { return matrix.elements }
    var transposed = Tensor(zeros: [matrix.columns, matrix.rows])
    transposed.withMutableMatrix { target in matrix.withMatrix { transpose($0, into: target) } }
    return transposed.elements
  }
}
