import LinearAlgebra

/// A tensor of `Double`, for the plain versions of what the program computes fast.
package struct ReferenceTensor: Equatable, Sendable {
  package let shape: [Int]
  package var elements: [Double]

  package init(shape: [Int], elements: [Double]) {
    precondition(shape.reduce(1, *) == elements.count)
    self.shape = shape
    self.elements = elements
  }

  package init(zeros shape: [Int]) {
    self.init(shape: shape, elements: [Double](repeating: 0, count: shape.reduce(1, *)))
  }

  package init(_ tensor: Tensor) { self.init(shape: tensor.shape, elements: tensor.elements.map(Double.init)) }

  /// What the view stands for, transposition included.
  package init(_ view: MatrixView) {
    self.init(zeros: [view.rows, view.columns])
    for row in 0..<view.rows {
      for column in 0..<view.columns {
        self[row, column] = Double(view.isTransposed ? view[row: column][row] : view[row: row][column])
      }
    }
  }

  /// Uniform in −1 ... 1, each a `Float` exactly.
  package init(random shape: [Int], _ source: inout RandomSource) {
    self.init(shape: shape, elements: source.floats(shape.reduce(1, *)).map(Double.init))
  }

  package var rows: Int { shape[0] }
  package var columns: Int { shape.dropFirst().reduce(1, *) }

  package subscript(row: Int, column: Int) -> Double {
    get { elements[row * columns + column] }
    set { elements[row * columns + column] = newValue }
  }

  /// The elements rounded to `Float`.
  package var rounded: Tensor { Tensor(shape: shape, elements: elements.map(Float.init)) }

  package var transposed: ReferenceTensor {
    let (m, n) = (rows, columns)
    let elements = [Double](unsafeUninitializedCapacity: m * n) { result, count in
      self.elements.withUnsafeBufferPointer { for i in 0..<m { for j in 0..<n { result[j * m + i] = $0[i * n + j] } } }
      count = m * n
    }
    return ReferenceTensor(shape: [n, m], elements: elements)
  }

  /// The product of two matrices, as three loops.
  package func times(_ other: ReferenceTensor) -> ReferenceTensor {
    precondition(columns == other.rows)
    let (m, k, n) = (rows, columns, other.columns)
    var result = [Double](repeating: 0, count: m * n)
    elements.withUnsafeBufferPointer { a in
      other.elements.withUnsafeBufferPointer { b in
        result.withUnsafeMutableBufferPointer { c in
          for i in 0..<m {
            for j in 0..<n {
              var sum = 0.0
              for l in 0..<k { sum += a[i * k + l] * b[l * n + j] }
              c[i * n + j] = sum
            }
          }
        }
      }
    }
    return ReferenceTensor(shape: [m, n], elements: result)
  }

  /// Σ aₖ·bₖ over all elements.
  package func dot(_ other: ReferenceTensor) -> Double {
    precondition(shape == other.shape)
    return zip(elements, other.elements).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The Frobenius norm.
  package var count: Int { elements.count }

  package var norm: Double { dot(self).squareRoot() }
}

/// Two tensors of equal shape, combined element by element.
package func combine(
  _ a: ReferenceTensor, _ b: ReferenceTensor, _ operation: (Double, Double) -> Double
) -> ReferenceTensor {
  precondition(a.shape == b.shape, "\(a.shape) and \(b.shape)")
  return ReferenceTensor(shape: a.shape, elements: zip(a.elements, b.elements).map(operation))
}

extension MutableMatrixView {
  /// A matrix in memory that is never given back, so that a test's views stay valid; between its rows, and before and
  /// after it, lies NaN.
  package static func leaked(
    rows: Int, columns: Int, stride: Int? = nil, _ element: () -> Float = { 0 }
  ) -> MutableMatrixView {
    let (stride, margin) = (stride ?? columns, 16)
    let memory = UnsafeMutablePointer<Float>.allocate(capacity: rows * stride + 2 * margin)
    memory.initialize(repeating: .nan, count: rows * stride + 2 * margin)
    let view = MutableMatrixView(memory + margin, rows: rows, columns: columns, stride: stride)
    for row in 0..<rows { for column in 0..<columns { view[row: row][column] = element() } }
    return view
  }

  package static func leaked(_ tensor: ReferenceTensor, stride: Int? = nil) -> MutableMatrixView {
    var elements = tensor.elements.makeIterator()
    return leaked(rows: tensor.rows, columns: tensor.columns, stride: stride) { Float(elements.next()!) }
  }

  /// Whether nothing but the elements of a `leaked` matrix was written.
  package var marginsAreIntact: Bool {
    let end = rows * stride + 16
    return (-16..<end).allSatisfy { index in
      let isElement = index >= 0 && index < rows * stride && index % stride < columns
      return isElement || base[index].isNaN
    }
  }
}
