/// Two documents of which the first should stand before the second.
package struct DocumentPair: Hashable, Sendable {
  package let first: Int
  package let second: Int
}

/// Pairs that are learnt from, and the features of the documents in them.
///
/// A document is an object here, numbered by when it first occurred, so that what is computed for each object costs nothing
/// for documents that no pair has.
struct PairSet: Sendable {
  /// F.
  let featureCount: Int
  /// Of every object, scaled [m, F].
  private(set) var features: [Double] = []
  /// The objects of each pair.
  private(set) var first: [Int] = []
  private(set) var second: [Int] = []

  private var objects: [Int: Int] = [:]

  init(featureCount: Int) { self.featureCount = featureCount }

  /// The number of pairs.
  var count: Int { first.count }
  /// m.
  var objectCount: Int { objects.count }

  mutating func append(_ pair: DocumentPair, of data: RankingData, scaling: FeatureScaling) {
    first.append(object(pair.first, data, scaling))
    second.append(object(pair.second, data, scaling))
  }

  private mutating func object(_ document: Int, _ data: RankingData, _ scaling: FeatureScaling) -> Int {
    if let object = objects[document] { return object }
    let object = objects.count
    objects[document] = object
    features.append(contentsOf: repeatElement(0, count: featureCount))
    features.withUnsafeMutableBufferPointer { features in
      guard let start = features.baseAddress else { return }
      scaling.write(document, of: data, into: start + object * featureCount)
    }
    return object
  }
}
