/// A trained comparator, and the scaling of the features it was trained on.
package struct RankingModel: DocumentRanker, Equatable, Sendable {
  package let scaling: FeatureScaling
  package let comparator: Comparator

  package init(scaling: FeatureScaling, comparator: Comparator) {
    precondition(scaling.means.count == comparator.featureCount)
    self.scaling = scaling
    self.comparator = comparator
  }

  package func ranking(_ documents: Range<Int>, of data: RankingData) -> Ranking {
    ranking(documents, of: data) { _, _, _ in }
  }

  /// Orders documents of one query by merge sort: of the order n·log₂ n comparisons.
  ///
  /// - Parameter noting: is told of every comparison, before what comes of it: both documents, and how much the first wants
  ///   to stand before the second.
  func ranking(
    _ documents: Range<Int>, of data: RankingData, noting: (_ x: Int, _ y: Int, _ preference: Double) -> Void
  ) -> Ranking {
    let objects = ComparedObjects(comparator, count: documents.count) { object, row in
      scaling.write(documents.lowerBound + object, of: data, into: row)
    }
    let first = documents.lowerBound
    let sorted = MergeSort.sort(startingOrder(documents)) { later, earlier in
      let preference = objects.preference(later - first, earlier - first)
      noting(later, earlier, preference)
      return preference > 0
    }
    return Ranking(order: sorted.order, comparisons: sorted.comparisons)
  }
}
