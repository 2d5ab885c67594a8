import Testing

@testable import SortNet

@Suite struct ComparatorLossTests {
  private static func pairs(_ features: Int) -> (RankingData, PairSet) {
    let data = KnownOrder.data(.ball, queries: 2, documents: 9, features: features, relevant: 4, seed: 3)
    let (all, scaling) = (OrderedPairs(data), FeatureScaling(fitting: data))
    var pairs = PairSet(featureCount: features)
    for index in stride(from: 0, to: all.count, by: 3) { pairs.append(all[index], of: data, scaling: scaling) }
    return (data, pairs)
  }

  @Test(arguments: [(2, 1), (3, 4), (5, 3)])
  func theGradientIsThatOfFiniteDifferences(features: Int, hidden: Int) {
    let pairs = Self.pairs(features).1
    var comparator = Comparator(featureCount: features, hiddenCount: hidden, seed: 7)
    // The output bias begins at 0, where a mistake could hide.
    comparator.parameters[comparator.outputBias] = 0.3
    var gradient = [Double](repeating: .nan, count: comparator.parameters.count)
    _ = comparator.loss(pairs, gradient: &gradient)
    let wanted = centralDifferences(comparator.parameters) { parameters in
      var moved = comparator
      moved.parameters = parameters
      var unused = gradient
      return moved.loss(pairs, gradient: &unused)
    }
    #expect(largestDifference(gradient, wanted) < 1e-8)
    #expect(wanted.allSatisfy { $0 != 0 })
  }

  @Test func theLossIsThatOfTheOutputs() {
    let pairs = Self.pairs(3).1
    let comparator = Comparator(featureCount: 3, hiddenCount: 4, seed: 2)
    let rows = (0..<pairs.objectCount).map { Array(pairs.features[$0 * 3..<$0 * 3 + 3]) }
    let objects = ComparedObjects(comparator, rows)
    func squares(_ a: Double, _ b: Double) -> Double { a * a + b * b }
    var sum = 0.0
    for pair in 0..<pairs.count {
      let (there, back) = (
        objects.output(pairs.first[pair], pairs.second[pair]), objects.output(pairs.second[pair], pairs.first[pair])
      )
      let error = squares(there.greater - 1, there.less)
      sum += error
      // The pair in the other direction, with the target [0, 1].
      #expect(squares(back.less - 1, back.greater) == error)
    }
    var gradient = [Double](repeating: 0, count: comparator.parameters.count)
    let loss = comparator.loss(pairs, gradient: &gradient)
    #expect(abs(loss - sum / Double(pairs.count)) < 1e-14)
  }

  @Test func aPairSetHoldsEachDocumentOnce() {
    let (data, pairs) = Self.pairs(3)
    #expect(pairs.count > 0 && pairs.objectCount <= data.count)
    #expect(pairs.features.count == 3 * pairs.objectCount)
    #expect(Set(pairs.first + pairs.second) == Set(0..<pairs.objectCount))
    #expect(pairs.first[0] == 0 && pairs.second[0] == 1)
  }
}
