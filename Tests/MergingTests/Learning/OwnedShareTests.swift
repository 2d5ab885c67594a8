import Testing

@testable import Merging

@Suite struct OwnedShareTests {
  /// ⌊fraction · r⌋ components start kept; a fraction of 0 means 1/T.
  @Test(arguments: [(1.0, 10, 10), (0.16, 32, 5), (0.5, 7, 3), (0.01, 32, 0), (0.0, 32, 8), (0.3, 10, 3)])
  func theFirstComponentsStartKept(fraction: Double, count: Int, kept: Int) {
    var settings = LearningSettings()
    settings.initialKeptFraction = fraction
    let logits = OwnedShare.initialLogits(count, settings, taskCount: 4)
    #expect(
      logits == [Double](repeating: 0.1, count: kept) + [Double](repeating: -0.1, count: count - kept))
  }
}
