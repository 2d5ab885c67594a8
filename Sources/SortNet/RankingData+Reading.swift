import Checkpoints

extension RankingData {
  /// The largest number that a feature may have.
  package static let largestFeature = 65_536
  /// The most elements that the features of all documents may have together: 4 GiB.
  package static let mostElements = 1 << 30

  /// Reads the text format of SVMlight as LETOR uses it.
  ///
  ///     RELEVANCE qid:QUERY INDEX:VALUE INDEX:VALUE … # comment
  ///
  /// One document in each line. RELEVANCE is a whole number, 0 for what is not relevant; -1, as in LETOR's semi-supervised
  /// sets, where it is not known. INDEX counts from 1 and ascends; features that are not named are 0. VALUE is a decimal
  /// number. A query's documents stand together. Empty lines, and lines that are comments alone, mean nothing.
  ///
  /// F is the largest index.
  ///
  /// - Parameter knownFeatures: how many features whoever uses the data knows; nil: any number.
  /// - Throws: `CheckpointError` where the file cannot be read; `RankingDataError` with the first twenty wrong lines.
  package init(path: String, knownFeatures: Int? = nil) throws {
    let file = try MappedFile(path: path)
    var reader = SVMlightReader(path: path, knownFeatures: knownFeatures)
    file.withBytes { reader.read($0) }
    self = try reader.data()
  }
}
