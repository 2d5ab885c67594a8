import Checkpoints
import LinearAlgebra
import TestSupport
import Testing
import Transformers

@Suite struct PositionInterpolationTests {
  @Test("Positions are those of PyTorch", arguments: [(5, 3), (2, 5), (7, 4), (1, 2)])
  func golden(from: Int, to: Int) throws {
    let file = try SafetensorsFile(path: Fixtures.path("dinov2/golden/interpolated.safetensors"))
    let patches = ReferenceTensor(try file.tensor("\(from).\(to).before"))
    let classToken = [4, 5, 6.0]
    let x = MutableMatrixView.leaked(
      ReferenceTensor(shape: [from * from + 1, 3], elements: classToken + patches.elements))
    let y = MutableMatrixView.leaked(rows: to * to + 1, columns: 3) { -1 }
    PositionInterpolation(from: from, to: to).forward(x.view, into: y)
    let wanted = ReferenceTensor(
      shape: [to * to + 1, 3], elements: classToken + ReferenceTensor(try file.tensor("\(from).\(to).after")).elements)
    #expect(mismatch(y.view, wanted, tolerance: 1e-6) == nil)
  }

  /// ⟨dy, My⟩ = ⟨Mᵀdy, y⟩.
  @Test("The backward pass is the transpose, and adds", arguments: [(5, 3), (2, 5), (7, 4), (4, 4)])
  func transpose(from: Int, to: Int) {
    var source = RandomSource(seed: 5)
    let x = ReferenceTensor(random: [from * from + 1, 7], &source)
    let dy = ReferenceTensor(random: [to * to + 1, 7], &source)
    let y = MutableMatrixView.leaked(rows: to * to + 1, columns: 7)
    let dx = MutableMatrixView.leaked(rows: from * from + 1, columns: 7) { 1 }
    let interpolation = PositionInterpolation(from: from, to: to)
    interpolation.forward(MutableMatrixView.leaked(x).view, into: y)
    interpolation.backward(MutableMatrixView.leaked(dy).view, addingTo: dx)
    let ones = x.elements.reduce(0, +)
    #expect(abs(ReferenceTensor(y.view).dot(dy) - (ReferenceTensor(dx.view).dot(x) - ones)) < 1e-4)
  }
}
