import LinearAlgebra
import Testing

@testable import Merging

@Suite struct TaskVectorProductsTests {
  @Test func stretchesAddUpAndPairsHaveNoOrder() {
    let values = FloatStorage(count: 6)
    for (index, value) in [1, 2, 3, -1, 0, 2].enumerated() { values.base[index] = Float(value) }
    var products = TaskVectorProducts(tasks: 3)
    #expect(products.isEmpty)
    // Three tasks of two elements: (1, 2), (3, −1), (0, 2).
    for _ in 0..<2 { products.add(TaskVectorStretch(elements: 7..<9, values: values.base)) }
    let wanted: [[Double]] = [[10, 2, 8], [2, 20, -4], [8, -4, 8]]
    for i in 0..<3 {
      for j in 0..<3 { #expect(products[i, j] == wanted[i][j]) }
    }
    #expect((products + products).values == products.values.map { 2 * $0 })
    #expect(!products.isEmpty)
  }
}
