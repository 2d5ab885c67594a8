import Testing

@testable import SortNet

@Suite struct LinearRankerTests {
  @Test func theGradientIsThatOfFiniteDifferences() {
    let data = KnownOrder.data(.product, queries: 2, documents: 10, features: 4, relevant: 4, seed: 1)
    let (all, scaling) = (OrderedPairs(data), FeatureScaling(fitting: data))
    var pairs = PairSet(featureCount: 4)
    for index in 0..<all.count { pairs.append(all[index], of: data, scaling: scaling) }
    let weights = [0.3, -0.2, 0.1, 0.7]
    var gradient = [Double](repeating: .nan, count: 4)
    _ = LinearRanker.loss(weights, pairs, decay: 0.2, gradient: &gradient)
    let wanted = centralDifferences(weights) {
      var unused = gradient
      return LinearRanker.loss($0, pairs, decay: 0.2, gradient: &unused)
    }
    #expect(largestDifference(gradient, wanted) < 1e-8)
  }

  @Test func learnsALinearOrder() throws {
    let training = KnownOrder.data(.linear, queries: 10, seed: 1)
    let ranker = LinearRanker(
      training: training, validation: KnownOrder.data(.linear, queries: 5, seed: 2), measure: .meanAveragePrecision,
      seed: 0, pairs: 2_000)
    let test = KnownOrder.data(.linear, queries: 20, seed: 3)
    #expect(try #require(ranker.quality(.precision(at: 10), of: test)) > 0.98)
    #expect(try #require(ranker.quality(.meanAveragePrecision, of: test)) > 0.98)
    #expect(ranker.weights[0] > 0 && ranker.weights[1] < 0 && ranker.weights[2] > ranker.weights[0])
  }
}
