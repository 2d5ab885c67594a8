import LinearAlgebra
import TestSupport
import Testing

@Suite struct MatrixViewTests {
  /// [3, 4] with element 10·row + column.
  private static let matrix = Tensor(shape: [3, 4], elements: [0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23])

  @Test("Rows and columns are parts of the same memory")
  func parts() {
    Self.matrix.withMatrix { matrix in
      let rows = matrix.rows(1..<3)
      #expect(ReferenceTensor(rows).elements == [10, 11, 12, 13, 20, 21, 22, 23])
      let columns = matrix.columns(1..<3)
      #expect(columns.stride == 4)
      #expect(ReferenceTensor(columns).elements == [1, 2, 11, 12, 21, 22])
      #expect(ReferenceTensor(columns.rows(2..<3)).elements == [21, 22])
      #expect(ReferenceTensor(rows.columns(3..<4)).elements == [13, 23])
      #expect(matrix.rows(3..<3).rows == 0 && matrix.columns(4..<4).columns == 0)
      #expect(matrix[row: 2][1] == 21)
    }
  }

  @Test("A transposed view swaps rows and columns over the same memory")
  func transposition() {
    Self.matrix.withMatrix { matrix in
      let transposed = matrix.columns(1..<3).transposed
      #expect(transposed.isTransposed && transposed.rows == 2 && transposed.columns == 3 && transposed.stride == 4)
      #expect(ReferenceTensor(transposed).elements == [1, 11, 21, 2, 12, 22])
      let back = transposed.transposed
      #expect(!back.isTransposed && back.rows == 3 && back.columns == 2)
      #expect(ReferenceTensor(back).elements == [1, 2, 11, 12, 21, 22])
    }
  }

  @Test("What is written through a part is in the whole")
  func writing() {
    var tensor = Self.matrix
    tensor.withMutableMatrix { matrix in
      let part = matrix.rows(1..<3).columns(2..<4)
      part[row: 1][0] = -1
      #expect(part.rows == 2 && part.columns == 2 && part.stride == 4)
      #expect(part.view[row: 1][0] == -1 && part.view.stride == 4)
    }
    #expect(tensor.elements == [0, 1, 2, 3, 10, 11, 12, 13, 20, 21, -1, 23])
  }

  @Test("Rows that lie apart are a matrix with a larger stride")
  func strides() {
    Self.matrix.withMatrix { matrix in
      let everyOther = MatrixView(matrix.base + 1, rows: 2, columns: 2, stride: 8)
      #expect(ReferenceTensor(everyOther).elements == [1, 2, 21, 22])
    }
  }
}
