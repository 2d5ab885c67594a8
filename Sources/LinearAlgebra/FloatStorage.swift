import Glibc

/// A block of `Float` that stays where it is for as long as it lives: the working memory of a long computation, made
/// once and used at every step.
///
/// It starts as zeros that cost no memory until they are written. Views made from it are valid while it lives: keep it in
/// a named variable or a property, for a temporary value may end as soon as its `base` has been read.
package final class FloatStorage: @unchecked Sendable {
  package let base: UnsafeMutablePointer<Float>
  package let count: Int
  private let byteCount: Int

  /// - Parameter count: how many elements; 0 is allowed.
  package init(count: Int) {
    self.count = count
    byteCount = max(1, count) * MemoryLayout<Float>.stride
    let memory = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let memory, memory != MAP_FAILED else { fatalError("cannot allocate \(byteCount) bytes") }
    // Large pages where the system has them: products run over megabytes at a time.
    madvise(memory, byteCount, MADV_HUGEPAGE)
    base = memory.bindMemory(to: Float.self, capacity: max(1, count))
  }

  deinit { munmap(base, byteCount) }

  /// The elements from `offset` on as a matrix.
  ///
  /// - Precondition: the matrix lies inside the storage.
  package func matrix(at offset: Int = 0, rows: Int, columns: Int) -> MutableMatrixView {
    precondition(offset >= 0 && offset + rows * columns <= count, "matrix outside its storage")
    return MutableMatrixView(base + offset, rows: rows, columns: columns)
  }
}
