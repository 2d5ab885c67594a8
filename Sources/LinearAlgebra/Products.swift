import COpenBLAS

/// C ← scale · A·B, or C ← C + scale · A·B where `accumulating`: A [m, k], B [k, n], C [m, n]; A and B may be
/// transposed views.
///
/// The bytes of the result depend on the shapes and the kernel, on nothing else; but a product of some of A's rows need
/// not give the bytes that those rows have in the whole product. So what must be equal to the byte has to be computed
/// at equal shapes.
///
/// - Precondition: the shapes fit, and C overlaps neither A nor B.
package func multiply(
  _ a: MatrixView, _ b: MatrixView, into c: MutableMatrixView, scale: Float = 1, accumulating: Bool = false
) {
  precondition(
    a.rows == c.rows && b.columns == c.columns && a.columns == b.rows,
    "product of [\(a.rows), \(a.columns)] and [\(b.rows), \(b.columns)] into [\(c.rows), \(c.columns)]")
  guard c.rows > 0, c.columns > 0 else { return }
  guard a.columns > 0 else {
    if !accumulating { fill(c, with: 0) }
    return
  }
  cblas_sgemm(
    CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans, b.isTransposed ? CblasTrans : CblasNoTrans,
    blasint(c.rows), blasint(c.columns), blasint(a.columns), scale, a.base, blasint(a.stride), b.base,
    blasint(b.stride), accumulating ? 1 : 0, c.base, blasint(c.stride))
  OperationCounter.add(2 * c.rows * c.columns * a.columns)
}
