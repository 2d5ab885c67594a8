import LinearAlgebra
import TestSupport
import Testing

@Suite struct FloatStorageTests {
  @Test("Storage starts as zeros and keeps what is written", arguments: [0, 1, 1_000, 3_000_000])
  func zeros(count: Int) {
    let storage = FloatStorage(count: count)
    #expect(storage.count == count)
    for index in Swift.stride(from: 0, to: count, by: 997) { #expect(storage.base[index] == 0) }
    guard count > 0 else { return }
    storage.base[count - 1] = 3
    #expect(storage.matrix(rows: 1, columns: count)[row: 0][count - 1] == 3)
  }

  @Test("Storage starts at a page, so parameters at multiples of sixteen start at a cache line")
  func alignment() {
    let storage = FloatStorage(count: 5)
    #expect(UInt(bitPattern: storage.base) % 4_096 == 0)
  }

  @Test("Matrices are places of the storage")
  func matrices() {
    let storage = FloatStorage(count: 20)
    for index in 0..<20 { storage.base[index] = Float(index) }
    let matrix = storage.matrix(at: 5, rows: 3, columns: 4)
    #expect(ReferenceTensor(matrix.view).elements == (5..<17).map(Double.init))
    #expect(storage.matrix(at: 20, rows: 0, columns: 4).rows == 0)
    #expect(storage.matrix(at: 8, rows: 3, columns: 4)[row: 2][3] == 19)
    withExtendedLifetime(storage) {}
  }
}
