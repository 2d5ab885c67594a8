import LinearAlgebra
import Testing

@Suite struct TensorTests {
  @Test(
    "A tensor is a matrix of its first dimension by all others",
    arguments: [([3], 3, 1), ([3, 4], 3, 4), ([3, 4, 5], 3, 20), ([0, 4], 0, 4), ([4, 0], 4, 0)] as [([Int], Int, Int)])
  func matrixShape(shape: [Int], rows: Int, columns: Int) {
    let tensor = Tensor(zeros: shape)
    #expect(tensor.rows == rows && tensor.columns == columns)
    #expect(tensor.count == rows * columns)
    #expect(tensor.elements == [Float](repeating: 0, count: rows * columns))
    tensor.withMatrix { #expect($0.rows == rows && $0.columns == columns && $0.stride == columns) }
  }

  @Test("A scalar has one element")
  func scalar() {
    #expect(Tensor(zeros: []).count == 1)
  }

  @Test("Tensors are values, equal where shape and elements are")
  func values() {
    let a = Tensor(shape: [2, 3], elements: [1, 2, 3, 4, 5, 6])
    var b = a
    #expect(a == b)
    b.withMutableMatrix { $0[row: 1][2] = 0 }
    #expect(a.elements[5] == 6 && b.elements[5] == 0)
    #expect(a != b)
    #expect(a != Tensor(shape: [3, 2], elements: a.elements))
  }

  @Test("What a matrix's closure throws comes out")
  func throwing() {
    struct Oops: Error {}
    var tensor = Tensor(zeros: [2, 2])
    #expect(throws: Oops.self) { try tensor.withMatrix { _ in throw Oops() } }
    #expect(throws: Oops.self) { try tensor.withMutableMatrix { _ in throw Oops() } }
  }
}
