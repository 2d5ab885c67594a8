/// SortNet's training set is made by the comparator's own mistakes.
///
/// It starts with no pairs and a random comparator. In every round the comparator sorts the training and the validation
/// set; it is kept if the validation set is sorted at least as well as ever before; the pairs of different relevance that
/// the sort of the training set compared and got wrong are added; and a comparator is trained on all pairs so far. It ends
/// where no pair is new, or after the last round.
///
/// A sort of n documents compares about n·log₂ n pairs, so a round never looks at n². And a sort none of whose comparisons
/// is wrong has the right order (`MergeSort`), so nothing is missed. A tie between documents of different relevance is
/// wrong too: the comparator does not know better.
///
/// Everything is drawn from the seed, and computed in one order: the same data and settings give the same bits.
///
/// Source: Rigutini et al. (arXiv:2311.01864), section on the training algorithm.
package struct IncrementalTraining: Sendable {
  /// What a round found, before it learnt.
  package struct Round: Equatable, Sendable {
    /// 0 for the random comparator.
    package let number: Int
    /// Pairs that the comparator was trained on.
    package let pairs: Int
    /// Its mean squared error on them; nil where there are none.
    package let loss: Double?
    /// Comparisons of the training set's sort, and those that were wrong.
    package let comparisons: Int
    package let mistakes: Int
    /// The measure on the training and the validation set.
    package let training: Double
    package let validation: Double
  }

  package struct Result: Sendable {
    package let model: RankingModel
    /// The round in which the model sorted.
    package let best: Round
    package let rounds: [Round]
  }

  private let training: RankingData
  private let validation: RankingData
  private let settings: TrainingSettings

  /// - Precondition: the same features; `training` has documents of one query and different relevance; of some of
  ///   `validation` relevance is known.
  package init(training: RankingData, validation: RankingData, settings: TrainingSettings) {
    precondition(training.featureCount == validation.featureCount && training.hasPairs)
    precondition(validation.relevance.contains { $0 != nil })
    self.training = training
    self.validation = validation
    self.settings = settings
  }

  /// - Parameter progress: is told of every round.
  package func run(_ progress: (Round) -> Void = { _ in }) -> Result {
    let scaling = FeatureScaling(fitting: training)
    var model = RankingModel(scaling: scaling, comparator: comparator(round: 0))
    var pairs = PairSet(featureCount: training.featureCount)
    var known: Set<DocumentPair> = []
    var loss: Double?
    var rounds: [Round] = []
    var best: (model: RankingModel, round: Round)?
    while true {
      let number = rounds.count
      let sorted = sortTraining(model)
      let round = Round(
        number: number, pairs: pairs.count, loss: loss, comparisons: sorted.comparisons,
        mistakes: sorted.mistakes.count, training: sorted.quality,
        validation: model.quality(settings.measure, of: validation)!)
      rounds.append(round)
      progress(round)
      // Of two that do as well the later one has learnt from more pairs.
      if round.validation >= best?.round.validation ?? 0 { best = (model, round) }

      let fresh = sorted.mistakes.filter { !known.contains($0) }
      guard !fresh.isEmpty, number < settings.rounds else { break }
      var stream = RandomStream(seed: settings.seed, .mistakes, round: number)
      for index in stream.sample(settings.newPairs, of: fresh.count) {
        known.insert(fresh[index])
        pairs.append(fresh[index], of: training, scaling: scaling)
      }
      let learnt = learn(pairs, round: number + 1, from: model.comparator)
      model = RankingModel(scaling: scaling, comparator: learnt.comparator)
      loss = learnt.loss
    }
    return Result(model: best!.model, best: best!.round, rounds: rounds)
  }

  private func comparator(round: Int) -> Comparator {
    Comparator(
      featureCount: training.featureCount, hiddenCount: settings.hiddenCount, seed: settings.seed, round: round)
  }

  /// Sorts the training set, and says which of the pairs that it compared it got wrong.
  private func sortTraining(
    _ model: RankingModel
  ) -> (quality: Double, comparisons: Int, mistakes: [DocumentPair]) {
    var mistakes: [DocumentPair] = []
    let rankings = training.queries.map { query in
      model.ranking(query.documents, of: training) { x, y, preference in
        guard let relevanceOfX = training.relevance[x], let relevanceOfY = training.relevance[y] else { return }
        if relevanceOfX > relevanceOfY, !(preference > 0) {
          mistakes.append(DocumentPair(first: x, second: y))
        } else if relevanceOfX < relevanceOfY, !(preference < 0) {
          mistakes.append(DocumentPair(first: y, second: x))
        }
      }
    }
    return (
      settings.measure.mean(of: rankings, of: training)!, rankings.reduce(0) { $0 + $1.comparisons }, mistakes
    )
  }

  /// Trains a comparator on all pairs so far.
  private func learn(
    _ pairs: PairSet, round: Int, from start: Comparator
  ) -> (comparator: Comparator, loss: Double) {
    var comparator = start
    var gradient = [Double](repeating: 0, count: comparator.parameters.count)
    var descent = ResilientPropagation(count: gradient.count)
    for _ in 0..<settings.epochs {
      _ = comparator.loss(pairs, gradient: &gradient)
      descent.descend(&comparator.parameters, gradient: gradient)
    }
    return (comparator, comparator.loss(pairs, gradient: &gradient))
  }
}
