import Testing

@testable import SortNet

/// Orders that are known, learnt from some queries and judged on others.
@Suite struct IncrementalTrainingTests {
  private static func settings(_ edit: (inout TrainingSettings) -> Void = { _ in }) -> TrainingSettings {
    var settings = TrainingSettings(hiddenCount: 8, seed: 1, rounds: 6, epochs: 40)
    edit(&settings)
    return settings
  }

  private static func train(
    _ score: KnownOrder.Score, settings: TrainingSettings = settings(), sorted: Bool = false
  ) -> IncrementalTraining.Result {
    IncrementalTraining(
      training: KnownOrder.data(score, queries: 15, seed: 1, sorted: sorted),
      validation: KnownOrder.data(score, queries: 8, seed: 2, sorted: sorted), settings: settings
    ).run()
  }

  /// P@10 of at least 0.95 on queries it never saw, whatever the order; and where that is not linear, far above what is.
  @Test(arguments: KnownOrder.Score.allCases)
  func learnsAKnownOrder(score: KnownOrder.Score) throws {
    let result = Self.train(score)
    let linear = LinearRanker(
      training: KnownOrder.data(score, queries: 15, seed: 1), validation: KnownOrder.data(score, queries: 8, seed: 2),
      measure: .meanAveragePrecision, seed: 1, pairs: 2_000, epochs: 60)
    let test = KnownOrder.data(score, queries: 30, seed: 3)
    func quality(_ ranker: some DocumentRanker, _ measure: RankingMeasure) throws -> Double {
      try #require(ranker.quality(measure, of: test))
    }
    let (ours, theirs) = (
      try quality(result.model, .precision(at: 10)), try quality(linear, .precision(at: 10))
    )
    #expect(ours >= 0.95)
    #expect(try quality(result.model, .meanAveragePrecision) >= 0.95)
    if score == .linear {
      #expect(theirs > 0.95)
    } else {
      #expect(theirs < 0.7)
    }
    print("\(score): P@10 \(ours), linear \(theirs); \(result.rounds.count) rounds, \(result.best.pairs) pairs")
  }

  @Test func theSameSeedGivesTheSameBits() {
    let settings = Self.settings {
      $0.rounds = 2
      $0.epochs = 10
    }
    let (first, again) = (Self.train(.ball, settings: settings), Self.train(.ball, settings: settings))
    #expect(first.model == again.model && first.rounds == again.rounds)
    var other = settings
    other.seed = 2
    #expect(Self.train(.ball, settings: other).model != first.model)
  }

  @Test func keepsTheBestRoundAndEndsWhereNothingIsWrong() throws {
    let result = Self.train(.linear, settings: Self.settings { $0.rounds = 20 })
    let last = try #require(result.rounds.last)
    #expect(last.mistakes == 0 && last.number < 20)
    #expect(last.training == 1)
    let best = try #require(result.rounds.map(\.validation).max())
    #expect(result.best == result.rounds.last { $0.validation == best })
    let validation = KnownOrder.data(.linear, queries: 8, seed: 2)
    #expect(result.model.quality(.meanAveragePrecision, of: validation) == best)
  }

  @Test func addsNoMorePairsThanAsked() {
    let result = Self.train(
      .ball,
      settings: Self.settings {
        $0.newPairs = 50
        $0.rounds = 4
        $0.epochs = 5
      })
    #expect(result.rounds.map(\.pairs) == [0, 50, 100, 150, 200])
    #expect(result.rounds[0].loss == nil && result.rounds[1].loss != nil)
    #expect(result.rounds.allSatisfy { $0.mistakes <= $0.comparisons && $0.comparisons < 15 * 40 * 6 })
  }

  /// A file whose relevant documents come first teaches no more than one in any other order, and flatters nobody.
  @Test func theOrderOfTheFileIsNoFeature() throws {
    var data = KnownOrder.data(.linear, queries: 10, seed: 4, sorted: true)
    data = RankingData(
      featureCount: 1, features: [Float](repeating: 1, count: data.count), relevance: data.relevance,
      queries: data.queries)
    #expect(data.judged(Array(0..<40)).prefix(15).allSatisfy { $0 == 1 })
    let result = IncrementalTraining(
      training: data, validation: data, settings: Self.settings { $0.rounds = 2 }
    ).run()
    #expect(try #require(result.model.quality(.precision(at: 10), of: data)) < 0.6)
    // Ties are mistakes: there is always something that is wrong.
    #expect(result.rounds.allSatisfy { $0.mistakes > 0 })
  }

  @Test func whatIsNotJudgedIsOrderedAndNotLearntFrom() throws {
    let data = KnownOrder.data(.linear, queries: 10, seed: 5)
    var relevance = data.relevance
    for document in stride(from: 0, to: data.count, by: 2) { relevance[document] = nil }
    let half = RankingData(
      featureCount: 3, features: data.features, relevance: relevance, queries: data.queries)
    let result = IncrementalTraining(
      training: half, validation: half, settings: Self.settings { $0.rounds = 4 }
    ).run()
    #expect(result.rounds.allSatisfy { $0.mistakes < $0.comparisons / 2 })
    #expect(result.model.rankings(half).allSatisfy { $0.order.count == 40 })
    #expect(try #require(result.model.quality(.precision(at: 10), of: data)) > 0.9)
  }
}
