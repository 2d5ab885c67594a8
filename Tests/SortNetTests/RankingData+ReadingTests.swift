import Checkpoints
import Testing

@testable import SortNet

@Suite struct RankingDataReadingTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func read(_ text: String, knownFeatures: Int? = nil) throws -> RankingData {
    try RankingData(path: folder.write(text, as: "data.txt"), knownFeatures: knownFeatures)
  }

  /// What is said of a file, without its path.
  private func findings(_ text: String, knownFeatures: Int? = nil) throws -> [String] {
    do {
      _ = try read(text, knownFeatures: knownFeatures)
      return []
    } catch let error as RankingDataError {
      #expect(error.lines.allSatisfy { $0.hasPrefix("\(folder.path)/data.txt:") })
      return error.lines.map { String($0.dropFirst("\(folder.path)/data.txt:".count)) }
    }
  }

  @Test func readsTheFormatOfLETOR() throws {
    let data = try read(
      """
      # a comment alone

      2 qid:10 1:0.031310 2:0.666667 3:0 #docid = GX029-35-5894638 inc = 0.02
      0 qid:10 2:-1e-2 5:+.5\t # x
      \t1  qid:10 1:3.\r
      -1 qid:a/b
      0 qid:a/b 1:1E+2#
      """)
    #expect(data.featureCount == 5)
    #expect(data.relevance == [2, 0, 1, nil, 0])
    #expect(data.lines == [3, 4, 5, 6, 7])
    #expect(data.comments == ["docid = GX029-35-5894638 inc = 0.02", "x", "", "", ""])
    #expect(data.queries == [.init(name: "10", documents: 0..<3), .init(name: "a/b", documents: 3..<5)])
    let features: [[Float]] = [
      [0.031310, 0.666667, 0, 0, 0], [0, -0.01, 0, 0, 0.5], [3, 0, 0, 0, 0], [0, 0, 0, 0, 0], [100, 0, 0, 0, 0],
    ]
    #expect(data.features == features.flatMap { $0 })
  }

  /// A line, and what is said of it.
  private static let wrongLines: [(line: String, message: String)] = [
    ("1", "has no qid:QUERY after the relevance"),
    ("1 1:0.5", "qid:QUERY should come after the relevance, not '1:0.5'"),
    ("1 qid: 1:0.5", "qid:QUERY should come after the relevance, not 'qid:'"),
    ("1 qid:a\u{a0}b 1:0.5", "the query 'qid:a\u{a0}b' has white space in it"),
    ("1.0 qid:1", "the relevance '1.0' is not a whole number of at most nine digits (-1: not known)"),
    ("-2 qid:1", "the relevance '-2' is not a whole number of at most nine digits (-1: not known)"),
    ("+1 qid:1", "the relevance '+1' is not a whole number of at most nine digits (-1: not known)"),
    ("1234567890 qid:1", "the relevance '1234567890' is not a whole number of at most nine digits (-1: not known)"),
    ("qid:1 1:0.5", "the relevance 'qid:1' is not a whole number of at most nine digits (-1: not known)"),
    ("1 qid:1 0.5", "'0.5' is not INDEX:VALUE"),
    ("1 qid:1 1 :0.5", "'1' is not INDEX:VALUE"),
    ("1 qid:1 0:0.5", "the feature '0:0.5' should begin with a number from 1 to 65536"),
    ("1 qid:1 65537:0.5", "the feature '65537:0.5' should begin with a number from 1 to 65536"),
    ("1 qid:1 x:0.5", "the feature 'x:0.5' should begin with a number from 1 to 65536"),
    ("1 qid:1 :0.5", "the feature ':0.5' should begin with a number from 1 to 65536"),
    (
      "1 qid:1 99999999999999999999:1",
      "the feature '99999999999999999999:1' should begin with a number from 1 to 65536"
    ),
    ("1 qid:1 2:1 1:1", "feature 1 after feature 2: features must ascend, each at most once"),
    ("1 qid:1 2:1 2:1", "feature 2 after feature 2: features must ascend, each at most once"),
    ("1 qid:1 1:", "the value of feature 1 is not a decimal number: '1:'"),
    ("1 qid:1 1:nan", "the value of feature 1 is not a decimal number: '1:nan'"),
    ("1 qid:1 1:inf", "the value of feature 1 is not a decimal number: '1:inf'"),
    ("1 qid:1 1:0x1p3", "the value of feature 1 is not a decimal number: '1:0x1p3'"),
    ("1 qid:1 1:1,5", "the value of feature 1 is not a decimal number: '1:1,5'"),
    ("1 qid:1 1:.", "the value of feature 1 is not a decimal number: '1:.'"),
    ("1 qid:1 1:1e", "the value of feature 1 is not a decimal number: '1:1e'"),
    ("1 qid:1 1:1e+-3", "the value of feature 1 is not a decimal number: '1:1e+-3'"),
    ("1 qid:1 1:--1", "the value of feature 1 is not a decimal number: '1:--1'"),
    ("1 qid:1 1:1:1", "the value of feature 1 is not a decimal number: '1:1:1'"),
    ("1 qid:1 1:1e39", "the value of feature 1 is too large: '1:1e39'"),
    ("1 qid:1 \u{7}:1", "the feature '\u{fffd}:1' should begin with a number from 1 to 65536"),
    (
      "1 qid:1 yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy",
      "'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy…' is not INDEX:VALUE"
    ),
  ]

  @Test(arguments: wrongLines)
  func saysWhatIsWrongWithALine(line: String, message: String) throws {
    #expect(try findings("0 qid:1 1:1\n\(line)\n") == ["2: \(message)"])
  }

  /// Queries and comments that would take minutes to compare.
  @Test func heapsOfAccentsAreRefused() throws {
    func marks(_ count: Int) -> String { String(repeating: "\u{301}\u{323}", count: count) }
    let message = "holds a letter with more than 1000 accents"
    #expect(try findings("0 qid:1 1:1\n1 qid:e\(marks(200_000)) 1:1\n") == ["2: \(message)"])
    #expect(
      try findings("1 qid:1 1:1 # e\(marks(501))\n0 qid:1\n# e\(marks(501))\n") == ["1: \(message)", "3: \(message)"])
    #expect(try read("1 qid:e\(marks(500)) 1:1 # e\(marks(500))\n").count == 1)
  }

  @Test func saysEverythingAtOnce() throws {
    #expect(
      try findings("1 qid:1 1:1\nx qid:1\n0 qid:2 1:1\n0 qid:1 1:2\n0 qid:3 1\n") == [
        "2: the relevance 'x' is not a whole number of at most nine digits (-1: not known)",
        "4: query '1' again, after another: the documents of a query must stand together",
        "5: '1' is not INDEX:VALUE",
      ])
  }

  @Test func saysNoMoreThanAPersonReads() throws {
    let many = try findings(String(repeating: "1 1\n", count: 1_000))
    #expect(many.count == 21)
    #expect(many[19].hasPrefix("20: "))
    #expect(many[20] == " and 980 further lines are wrong")
    #expect(try findings(String(repeating: "1 1\n", count: 21))[20] == " and 1 further line is wrong")
    #expect(try findings(String(repeating: "1 1\n", count: 20)).count == 20)
  }

  @Test(arguments: ["", "\n\n", "# nothing\n"])
  func aFileWithoutDocuments(text: String) throws {
    #expect(
      try findings(text) == [" holds no documents: every line should be RELEVANCE qid:QUERY INDEX:VALUE …"])
  }

  @Test func featuresThatTheModelDoesNotKnow() throws {
    let text = "1 qid:1 1:1 46:1\n1 qid:1 1:1 47:1\n"
    #expect(try findings(text, knownFeatures: 46) == ["2: feature 47, but the model knows 46"])
    #expect(try read(text, knownFeatures: 47).featureCount == 47)
  }

  @Test func whatWouldNotFitIntoMemory() throws {
    let text = "1 qid:1 65536:1\n" + String(repeating: "0 qid:1\n", count: 16_384)
    #expect(
      try findings(text) == [
        " 16385 documents of 65536 features are more than this program holds in memory, which is 1073741824 numbers"
      ])
  }

  @Test func aFileThatIsNotThere() {
    #expect(throws: CheckpointError.self) { try RankingData(path: "\(folder.path)/none") }
    #expect(throws: CheckpointError.self) { try RankingData(path: folder.path) }
  }

  /// Bytes that are no text are wrong where they matter, and harmless in comments.
  @Test func bytesThatAreNoText() throws {
    let bytes = Array("1 qid:1 1:1 # caf".utf8) + [0xe9, 0x0a]
    let data = try RankingData(path: folder.write(bytes, as: "latin.txt"))
    #expect(data.comments == ["caf\u{fffd}"])
    var stream = RandomStream(seed: 1, .pairs)
    for _ in 0..<300 {
      let noise = (0..<stream.below(200)).map { _ in Array("01: #\n\u{ff}qide-.".utf8)[stream.below(14)] }
      _ = try? RankingData(path: folder.write(noise, as: "noise.txt"))
    }
  }

  @Test func tinyValuesAreZero() throws { #expect(try read("1 qid:1 1:1e-60\n").features == [0]) }
}
