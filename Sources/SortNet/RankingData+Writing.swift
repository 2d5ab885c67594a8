import Foundation

extension RankingData {
  /// The text format of SVMlight, as `init(path:)` reads it: all features of every document, so that the data read are the
  /// same but for the lines' numbers.
  package var svmlight: String {
    var text = ""
    for query in queries {
      for document in query.documents {
        text += "\(relevance[document] ?? -1) qid:\(query.name)"
        for feature in 0..<featureCount { text += " \(feature + 1):\(features[document * featureCount + feature])" }
        let comment = comments[document].split(whereSeparator: \.isNewline).joined(separator: " ")
        text += comment.isEmpty ? "\n" : " # \(comment)\n"
      }
    }
    return text
  }

  /// Writes that to a file, which appears only whole.
  ///
  /// - Throws: where it cannot be written.
  package func write(to path: String) throws {
    try Data(svmlight.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  }
}
