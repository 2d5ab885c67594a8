import Checkpoints
import LinearAlgebra

/// The singular components of a matrix A [m, n], wherever they lie: in memory, or in a mapped file of the cache.
///
///     A = Σₖ σₖ · uₖ vₖᵀ,   k = 0 ..< r,   r = min(m, n),   σ₀ ≥ σ₁ ≥ … ≥ 0
///
/// The views are valid while the value lives.
package struct SingularComponents: @unchecked Sendable {
  /// [r, m]: row k is uₖ.
  package let left: MatrixView
  /// [r]: σ.
  package let values: [Float]
  /// [r, n]: row k is vₖ.
  package let right: MatrixView
  /// What the views look at.
  private let storage: Any

  /// Takes a decomposition into memory of its own, which goes back to the system as a whole when it is no longer needed.
  package init(_ factors: SingularValueDecomposition) {
    let (leftCount, rightCount) = (factors.left.count, factors.right.count)
    let memory = FloatStorage(count: leftCount + rightCount)
    memory.base.update(from: factors.left.elements, count: leftCount)
    (memory.base + leftCount).update(from: factors.right.elements, count: rightCount)
    left = memory.matrix(rows: factors.left.rows, columns: factors.left.columns).view
    right = memory.matrix(at: leftCount, rows: factors.right.rows, columns: factors.right.columns).view
    values = factors.values
    storage = memory
  }

  /// Some of them, where they lie.
  package func components(_ range: Range<Int>) -> SingularComponents {
    SingularComponents(
      left: left.rows(range), values: Array(values[range]), right: right.rows(range), storage: storage)
  }

  private init(left: MatrixView, values: [Float], right: MatrixView, storage: Any) {
    self.left = left
    self.values = values
    self.right = right
    self.storage = storage
  }

  /// Looks at a file of the cache.
  ///
  /// - Parameter shape: [m, n].
  /// - Returns: nil where the file is not as the cache writes the components of such a matrix.
  init?(mapped file: SafetensorsFile, shape: [Int]) throws {
    let (rows, columns) = (shape[0], shape.dropFirst().reduce(1, *))
    let count = min(rows, columns)
    func matrix(_ name: String, _ columns: Int) throws -> MatrixView? {
      guard let entry = file[name], entry.elementType == .f32, entry.shape == [count, columns] else { return nil }
      return try file.withBytes(of: name) { bytes -> MatrixView? in
        // Another writer's header may leave floats where the processor does not take them.
        guard let base = bytes.baseAddress, Int(bitPattern: base).isMultiple(of: MemoryLayout<Float>.alignment) else {
          return nil
        }
        return MatrixView(base.assumingMemoryBound(to: Float.self), rows: count, columns: columns)
      }
    }
    guard let left = try matrix(Self.leftName, rows), let right = try matrix(Self.rightName, columns),
      let values = file[Self.valuesName], values.elementType == .f32, values.shape == [count]
    else { return nil }
    self.left = left
    self.right = right
    self.values = try file.tensor(Self.valuesName).elements
    storage = file
  }

  static let (leftName, valuesName, rightName) = ("left", "values", "right")
}
