import Foundation
import SortNet

/// Ranking data as text, as `sortnet` reads it.
struct RankingFiles: FuzzedReader {
  let name = "ranking"

  /// The most numbers that are made of a file: a few bytes of it can stand for gigabytes, within the format and within what
  /// the program holds.
  private static let mostElements = 1 << 20

  func seeds() -> [Seed] {
    [("dense", Self.dense), ("sparse", Self.sparse)].map { name, text in
      Seed(name: name, files: [SeedFile("ranking.txt", text, .lines)])
    }
  }

  private static let dense = """
    # two queries
    2 qid:10 1:0.031310 2:0.666667 3:0 #docid = GX029-35-5894638 inc = 0.02
    0 qid:10 1:0.5 2:-1e-2 3:1

    1 qid:10 1:3. 2:+.5 3:2E+1 # é
    0 qid:a/b 1:0 2:0.25 3:7
    -1 qid:a/b 1:1 2:1 3:1

    """
  private static let sparse = """
    1 qid:1 3:1 40:0.5 # a
    0 qid:1\r
    \t0  qid:2 2:1\t300:-2
    3 qid:3 300:1e-3#
    # the end
    """

  func read(_ folder: String) throws -> Digest {
    let path = "\(folder)/ranking.txt"
    let size = RankingSize(of: try FileBytes.read(path))
    // A model that knows a feature less than the file has refuses it before there are so many numbers.
    let isLarge = (Self.mostElements...RankingData.mostElements).contains(size.documents * size.features)
    let data = try RankingData(path: path, knownFeatures: isLarge ? size.features - 1 : nil)
    guard data.count == size.documents, data.featureCount == size.features else {
      throw Violation(
        "\(data.count) documents of \(data.featureCount) features were read, and the file has \(size.documents) of "
          + "\(size.features)")
    }
    guard data.features.allSatisfy({ $0.isFinite }) else { throw Violation("a feature is no number") }
    var digest = Digest()
    data.features.withUnsafeBytes { digest.add($0) }
    for (relevance, comment) in zip(data.relevance, data.comments) {
      let known: Int = relevance ?? -1
      digest.add(known)
      digest.add(comment)
    }
    for query in data.queries { digest.add("\(query.name) \(query.documents.count)") }
    digest.add("\(data.lines)")
    if data.features.count + data.count < 1 << 12 { try Self.checkWriting(data, to: "\(folder)/copy.txt") }
    return digest
  }

  /// Writes data and reads them again.
  private static func checkWriting(_ data: RankingData, to path: String) throws {
    try Data(data.svmlight.utf8).write(to: URL(fileURLWithPath: path))
    // Comments are written in one line, whatever else than a line feed ends one in them.
    let isOneLine = !data.comments.contains { $0.contains(where: \.isNewline) }
    guard let again = try? RankingData(path: path), again.featureCount == data.featureCount,
      again.features == data.features, again.relevance == data.relevance, again.queries == data.queries,
      again.comments == data.comments || !isOneLine
    else { throw Violation("the data are not read as they are written") }
  }
}

/// How much a file holds, by the places of its line feeds, spaces and colons. Of a wrong file it says nothing.
private struct RankingSize {
  private(set) var documents = 0
  /// The largest number of a feature.
  private(set) var features = 0

  init(of file: [UInt8]) {
    var rest = file[...]
    while !rest.isEmpty {
      let line = rest.prefix { $0 != UInt8(ascii: "\n") }
      rest = rest[line.endIndex...].dropFirst()
      let document = line.prefix { $0 != UInt8(ascii: "#") }
      guard let end = document.lastIndex(where: { !Self.isSpace($0) }) else { continue }
      documents += 1
      // Features ascend: the last field has the largest.
      let start = document[...end].lastIndex(where: Self.isSpace).map { $0 + 1 } ?? document.startIndex
      let digits = document[start...end].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      features = max(features, Int(String(decoding: digits.prefix(9), as: UTF8.self)) ?? 0)
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }
}
