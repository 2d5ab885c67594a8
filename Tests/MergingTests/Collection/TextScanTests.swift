import Foundation
import LinearAlgebra
import Testing
import Transformers

@testable import Merging

@Suite struct TextScanTests {
  let scratch: ScratchFolder
  let pool = WorkerPool(threads: 2)

  init() throws { scratch = try ScratchFolder() }

  /// Texts of given lengths.
  private struct Lengths: TextSource {
    let path = "texts"
    let lengths: [Int]

    var count: Int { lengths.count }
    func encoding(_ index: Int) -> (words: [Int], types: [Int]) { (.init(repeating: 1, count: lengths[index]), []) }
    func name(_ index: Int) -> String { "text \(index)" }
  }

  private func inputs(_ source: any TextSource, labels: InputLabels = .missing(reason: "")) throws -> TextInputs {
    let json = #"{"model_type": "bert", "vocab_size": 9, "max_position_embeddings": 600}"#
    let encoder = try Encoder(json: Data(json.utf8), fileName: "config.json", names: [])
    guard case .text(let configuration) = encoder.input else { preconditionFailure("no text encoder") }
    return TextInputs(source, labels: labels, configuration: configuration)
  }

  @Test(arguments: 1...5) func theRanksPartsAreAllOfIt(ranks: Int) throws {
    let subjects = try [Array(1...500), [7], Array(repeating: 3, count: 64)].map {
      TextScan.Subject(inputs: try inputs(Lengths(lengths: $0)), classCount: nil)
    }
    var sums = [TokenCounts](repeating: TokenCounts(), count: 3)
    for rank in 0..<ranks {
      let scan = try TextScan(subjects, rank: rank, ranks: ranks, pool: pool)
      #expect(scan.findings == [])
      for (place, counts) in scan.counts.enumerated() { sums[place].add(counts) }
      // Eight stretches of the first.
      #expect(scan.counts[0].texts <= (8 + ranks - 1) / ranks * 64)
    }
    #expect(
      sums == [
        TokenCounts(texts: 500, tokens: 500 * 501 / 2, most: 500), TokenCounts(texts: 1, tokens: 7, most: 7),
        TokenCounts(texts: 64, tokens: 192, most: 3),
      ])
  }

  @Test func whatIsWrongIsNamed() throws {
    var lengths = [Int](repeating: 2, count: 300)
    (lengths[3], lengths[299]) = (0, 601)
    let subject = TextScan.Subject(inputs: try inputs(Lengths(lengths: lengths)), classCount: nil)
    let wanted = [
      "texts: text 299 has 601 tokens, but the model has positions for 600", "texts: text 3 has no tokens",
    ]
    #expect(try TextScan([subject], pool: pool).findings == wanted)
    let parts = try (0..<3).map { try TextScan([subject], rank: $0, ranks: 3, pool: pool).findings }
    #expect(parts.flatMap { $0 }.sorted() == wanted)
    // It is enough to know of some.
    let wrong = TextScan.Subject(inputs: try inputs(Lengths(lengths: [Int](repeating: 0, count: 300))), classCount: nil)
    let findings = try TextScan([wrong], pool: WorkerPool(threads: 1)).findings
    #expect(findings.count == 20)
  }

  @Test func labelsAreCheckedWhereTheyAreWanted() throws {
    let path = try scratch.write("text\tlabel\na\t2\nb\t3\nc\tx\n", as: "x.tsv")
    let table = try InputTable(path: path, columns: TextColumns(), readsLabels: true)
    let inputs = try inputs(Lengths(lengths: [1, 1, 1]), labels: .column(table, ClassNames([:])))
    #expect(try TextScan([.init(inputs: inputs, classCount: nil)], pool: pool).findings == [])
    #expect(
      try TextScan([.init(inputs: inputs, classCount: 3)], pool: pool).findings == [
        "\(path): the label of line 4 is 'x', which is no whole number; the model's config.json has no label2id",
        "texts: the label of line 3 is 3, but the head has 3 classes (0 to 2)",
      ])
  }
}
