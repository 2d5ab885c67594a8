/// A row-major matrix in memory that somebody else owns, to be read.
///
/// Views are how kernels and products see storage: they allocate and retain nothing, and are valid only as long as
/// the storage they were made from. Make them inside a closure that owns the storage, or from a `FloatStorage` that
/// outlives them.
///
/// Several threads may read through copies of one view.
package struct MatrixView: @unchecked Sendable {
  package let base: UnsafePointer<Float>
  /// Rows and columns of the matrix that the view stands for, transposition included.
  package let rows: Int
  package let columns: Int
  /// Elements from one stored row to the next.
  package let stride: Int
  /// Whether the memory holds the transpose of what the view stands for.
  package let isTransposed: Bool

  package init(_ base: UnsafePointer<Float>, rows: Int, columns: Int, stride: Int? = nil) {
    self.init(base: base, rows: rows, columns: columns, stride: stride ?? columns, isTransposed: false)
  }

  private init(base: UnsafePointer<Float>, rows: Int, columns: Int, stride: Int, isTransposed: Bool) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.stride = stride
    self.isTransposed = isTransposed
  }

  /// The transpose, over the same memory.
  package var transposed: MatrixView {
    MatrixView(base: base, rows: columns, columns: rows, stride: stride, isTransposed: !isTransposed)
  }

  /// Some of the stored rows (the columns of a transposed view's matrix).
  ///
  /// - Precondition: the view is not transposed.
  package func rows(_ range: Range<Int>) -> MatrixView {
    precondition(!isTransposed && range.lowerBound >= 0 && range.upperBound <= rows)
    return MatrixView(base + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  /// Some of the stored columns.
  ///
  /// - Precondition: the view is not transposed.
  package func columns(_ range: Range<Int>) -> MatrixView {
    precondition(!isTransposed && range.lowerBound >= 0 && range.upperBound <= columns)
    return MatrixView(base + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }
}

/// A row-major matrix in memory that somebody else owns, to be written.
///
/// The rules of `MatrixView` hold; besides, no two threads may write the same elements.
package struct MutableMatrixView: @unchecked Sendable {
  package let base: UnsafeMutablePointer<Float>
  package let rows: Int
  package let columns: Int
  /// Elements from one row to the next.
  package let stride: Int

  package init(_ base: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int? = nil) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.stride = stride ?? columns
  }

  /// The same memory, to be read.
  package var view: MatrixView { MatrixView(base, rows: rows, columns: columns, stride: stride) }

  package func rows(_ range: Range<Int>) -> MutableMatrixView {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows)
    return MutableMatrixView(base + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  package func columns(_ range: Range<Int>) -> MutableMatrixView {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns)
    return MutableMatrixView(base + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }

  /// Row `index`.
  package subscript(row index: Int) -> UnsafeMutablePointer<Float> { base + index * stride }
}

extension MatrixView {
  /// Stored row `index`.
  package subscript(row index: Int) -> UnsafePointer<Float> { base + index * stride }
}

extension Tensor {
  /// Calls `body` with the matrix [rows, columns] over the tensor's elements.
  package func withMatrix<R, E: Error>(_ body: (MatrixView) throws(E) -> R) throws(E) -> R {
    let (rows, columns) = (rows, columns)
    return try elements.withUnsafeBufferPointer { (elements) throws(E) in
      try body(MatrixView(elements.baseAddress ?? UnsafePointer(Self.nowhere), rows: rows, columns: columns))
    }
  }

  /// Calls `body` with the matrix [rows, columns] over the tensor's elements, to be written.
  package mutating func withMutableMatrix<R, E: Error>(_ body: (MutableMatrixView) throws(E) -> R) throws(E) -> R {
    let (rows, columns) = (rows, columns)
    return try elements.withUnsafeMutableBufferPointer { (elements) throws(E) in
      try body(MutableMatrixView(elements.baseAddress ?? Self.nowhere, rows: rows, columns: columns))
    }
  }

  /// What a view of no elements points at.
  private static var nowhere: UnsafeMutablePointer<Float> { UnsafeMutablePointer(bitPattern: 64)! }
}
