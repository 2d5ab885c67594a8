import Testing

@testable import Merging

@Suite struct MetricScoreTests {
  private let labels = [0, 0, 1, 1, 1, 0, 1, 0]
  private let predictions = [0, 1, 1, 1, 0, 0, 1, 0]

  /// TP 3, FP 1, FN 1, TN 3.
  @Test func twoClassesGiveTheUsualValues() {
    #expect(abs(Metric.f1.score(labels: labels, predictions: predictions, classCount: 2) - 0.75) < 1e-15)
    #expect(abs(Metric.matthews.score(labels: labels, predictions: predictions, classCount: 2) - 0.5) < 1e-15)
    #expect(abs(Metric.matthews.score(labels: labels, predictions: labels, classCount: 2) - 1) < 1e-15)
    let opposite = labels.map { 1 - $0 }
    #expect(abs(Metric.matthews.score(labels: labels, predictions: opposite, classCount: 2) + 1) < 1e-15)
  }

  @Test func oneClassAloneCorrelatesWithNothing() {
    let zeros = labels.map { _ in 0 }
    #expect(Metric.matthews.score(labels: labels, predictions: zeros, classCount: 2) == 0)
    #expect(Metric.f1.score(labels: labels, predictions: zeros, classCount: 2) == 0)
  }

  /// By hand.
  @Test func threeClassesGiveGorodkinsValue() {
    let score = Metric.matthews.score(labels: [0, 1, 2, 2, 1, 0], predictions: [0, 2, 2, 2, 1, 1], classCount: 3)
    // c = 4, N = 6, p = (1, 2, 3), t = (2, 2, 2): (24 − 12) / √((36 − 14)·(36 − 12)).
    #expect(abs(score - 12 / (22.0 * 24).squareRoot()) < 1e-15)
  }

  @Test func f1IsForTwoClasses() {
    #expect(Metric.f1.problem(classCount: 2) == nil)
    #expect(
      Metric.f1.problem(classCount: 3)
        == "metric f1 is for 2 classes, but the head has 3; matthews is for any number")
    #expect(Metric.matthews.problem(classCount: 3) == nil)
  }
}
