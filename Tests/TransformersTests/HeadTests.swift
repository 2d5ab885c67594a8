import LinearAlgebra
import TestSupport
import Testing
import Transformers

@Suite struct HeadTests {
  private static let shapes = [(1, 5, 3), (4, 16, 7), (3, 33, 5), (2, 24, 1)]

  @Test("Logits are those of normalised features, and gradients the differences", arguments: shapes, [false, true])
  func forwardAndBackward(shape: (Int, Int, Int), hasBias: Bool) {
    let (rows, width, classes) = shape
    var source = RandomSource(seed: UInt64(width))
    let features = ReferenceTensor(
      shape: [rows, width], elements: source.floats(rows * width).map { Double($0 * 3) })
    let weight = ReferenceTensor(random: [classes, width], &source)
    let bias = ReferenceTensor(random: [classes], &source)
    let head = Head(weight: weight.rounded, bias: hasBias ? bias.rounded : nil)
    #expect(head.classCount == classes)

    let view = MutableMatrixView.leaked(features, stride: width + 1).view
    let normalized = MutableMatrixView.leaked(rows: rows, columns: width)
    let classLogits = MutableMatrixView.leaked(rows: rows, columns: classes, stride: classes + 4)
    head.forward(view, inner: normalized, into: classLogits)
    func reference(_ features: ReferenceTensor) -> ReferenceTensor {
      ReferenceLayers.head(features, weight: weight, bias: hasBias ? bias.elements : nil)
    }
    #expect(mismatch(classLogits.view, reference(features), tolerance: 2e-6, "logits") == nil)
    for row in 0..<rows {
      #expect(abs(dot(normalized[row: row], normalized[row: row], count: width) - 1) < 1e-6)
    }
    #expect(classLogits.marginsAreIntact)

    let dClassLogits = ReferenceTensor(random: [rows, classes], &source)
    let dFeatures = MutableMatrixView.leaked(rows: rows, columns: width, stride: width + 2)
    head.backward(
      MutableMatrixView.leaked(dClassLogits).view, features: view, inner: normalized.view, dFeatures: dFeatures)
    let wanted = centralDifferences(features) { dClassLogits.dot(reference($0)) }
    #expect(mismatch(dFeatures.view, wanted, tolerance: 1e-5, "df") == nil)
    #expect(dFeatures.marginsAreIntact)

    let dWeight = MutableMatrixView.leaked(rows: classes, columns: width)
    Head.backwardWeight(MutableMatrixView.leaked(dClassLogits).view, inner: normalized.view, dWeight: dWeight)
    let wantedOfWeight = centralDifferences(weight) { moved in
      dClassLogits.dot(ReferenceLayers.head(features, weight: moved, bias: hasBias ? bias.elements : nil))
    }
    #expect(mismatch(dWeight.view, wantedOfWeight, tolerance: 1e-5, "dweight") == nil)
  }

  @Test("Features of zeros give the bias, and finite gradients")
  func zeros() {
    let head = Head(
      weight: Tensor(shape: [2, 3], elements: [1, 2, 3, 4, 5, 6]), bias: Tensor(shape: [2], elements: [7, 8]))
    let features = MutableMatrixView.leaked(rows: 1, columns: 3)
    let (normalized, dFeatures) = (
      MutableMatrixView.leaked(rows: 1, columns: 3), MutableMatrixView.leaked(rows: 1, columns: 3)
    )
    let classLogits = MutableMatrixView.leaked(rows: 1, columns: 2)
    head.forward(features.view, inner: normalized, into: classLogits)
    #expect(ReferenceTensor(classLogits.view).elements == [7, 8])
    head.backward(classLogits.view, features: features.view, inner: normalized.view, dFeatures: dFeatures)
    #expect(firstNonFinite(dFeatures.base, count: 3) == nil)
  }
}
