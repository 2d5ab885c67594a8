/// How a comparator is trained.
package struct TrainingSettings: Equatable, Sendable {
  /// What the validation set chooses by.
  package var measure: RankingMeasure
  /// H.
  package var hiddenCount: Int
  package var seed: UInt64
  /// The most rounds of sorting and learning.
  package var rounds: Int
  /// Steps of the optimiser in each round. Few: each round goes on where the last one ended, and what is learnt too well is
  /// seen on the validation set only after a round.
  package var epochs: Int
  /// The most pairs that a round adds; where the sort got more wrong, some are drawn.
  package var newPairs: Int

  package init(
    measure: RankingMeasure = .meanAveragePrecision, hiddenCount: Int = 16, seed: UInt64 = 0, rounds: Int = 30,
    epochs: Int = 10, newPairs: Int = 10_000
  ) {
    precondition(hiddenCount >= 1 && rounds >= 0 && epochs >= 0 && newPairs >= 1)
    self.measure = measure
    self.hiddenCount = hiddenCount
    self.seed = seed
    self.rounds = rounds
    self.epochs = epochs
    self.newPairs = newPairs
  }
}
