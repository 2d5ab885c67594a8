import Testing

@testable import Merging

@Suite struct OwnedShareTests {
  /// ⌊fraction · r⌋ components start kept; a fraction of 0 means 1/T.
  @Test(arguments: [(1.0, 10, 10), (0.16, 32, 5), (0.5, 7, 3), (0.01, 32, 0), (0.0, 32, 8), (0.3, 10, 3)])
  func theFirstComponentsStartKept(fraction: Double, count: Int, kept: Int) {
    var settings = LearningSettings()
    settings.initialKeptFraction = fraction
    let logits = OwnedShare.initialLogits(matrix(count), settings, taskCount: 4)
    #expect(
      logits == [Double](repeating: 0.1, count: kept) + [Double](repeating: -0.1, count: count - kept))
  }

  /// min(1, factor · fraction) of a matrix's components start kept.
  @Test(arguments: [(1.0, 2.0, 10), (0.5, 0.5, 2), (0.5, 1.9, 9), (0.5, 3.0, 10), (0.0, 2.0, 5), (0.3, 0.1, 0)])
  func aMatrixMayStartWithMoreOrFewer(fraction: Double, factor: Double, kept: Int) {
    var settings = LearningSettings()
    settings.initialKeptFraction = fraction
    var tensor = matrix(10)
    tensor.keptFactor = factor
    #expect(OwnedShare.initialLogits(tensor, settings, taskCount: 4).count { $0 > 0 } == kept)
  }

  private func matrix(_ components: Int) -> MergedTensor {
    MergedTensor(
      name: "m", members: [MergedTensor.Member(name: "m", shape: [components, components])], role: .masked, place: nil)
  }
}
