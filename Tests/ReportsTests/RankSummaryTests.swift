import Checkpoints
import Merging
import TestSupport
import Testing
import Transformers

@testable import Reports

@Suite struct RankSummaryTests {
  /// Of the OpenCLIP fixture, whose attention is one module.
  private func summary() throws -> RankSummary {
    let base = try ModelFolder(path: Fixtures.path("openclip/base"))
    let encoder = try Encoder(
      json: try #require(base.configuration), fileName: try #require(base.configurationFileName), names: base.names)
    return RankSummary(
      rows: zip(LoRAModule.all(of: encoder), [(0.25, 2), (12_345.678, 40), (1e-7, 1)] + [(0.5, 4), (0, 1), (1, 8)])
        .map { RankSummary.Row(module: $0, disagreement: $1.0, rank: $1.1) }, average: 5)
  }

  @Test func theTableHasALineForEachModule() throws {
    let lines = try summary().table.text.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(lines.count == 9)
    #expect(
      lines[2] == ["visual.transformer.resblocks.0.attn", "96", "×", "32,", "32", "×", "32", "0.25", "2"])
    #expect(lines[3].suffix(2) == ["1.235e+04", "40"] && lines[4].suffix(2) == ["1e-07", "1"])
    #expect(lines[8] == ["total", "56"])
  }

  @Test func theBudgetIsCompared() throws {
    // (2 + 4)·192 + (40 + 1 + 1 + 8)·112, and 5·(2·192 + 4·112).
    #expect(
      try summary().budget
        == "6 modules of rank 5 on average: 56 of 30 ranks given; 6752 parameters of adapters, 4160 with equal ranks")
  }

  @Test func thePlotHasALineForEachKind() throws {
    let plot = try summary().plot
    #expect(plot.lines.map(\.name) == ["attn", "mlp.c_fc", "mlp.c_proj"])
    #expect(plot.lines[1].points.map { [$0.x, $0.y] } == [[0, 40], [1, 1]])
  }
}
