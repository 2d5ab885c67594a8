import Foundation
import Testing

@testable import Merging

@Suite struct LoRARanksTests {
  private static func module(_ name: String, alias: String? = nil) -> LoRAModule {
    LoRAModule(name: name, alias: alias, layer: 0, parts: [])
  }

  private let ranks = LoRARanks(
    [(module("h.0.attn.c_attn"), 3), (module("h.0.mlp.c_fc"), 0), (module("h.1.attn.c_attn"), 8)], average: 4, alpha: 10
  )

  /// PEFT takes the one that it finds.
  @Test func bothNamesOfAModuleAreThere() {
    let ranks = LoRARanks([(Self.module("b", alias: "a"), 3), (Self.module("c", alias: "c"), 1)], average: 2, alpha: 4)
    #expect(ranks.targetModules == ["a", "b", "c"])
    #expect(ranks.rankPattern == ["a": 3, "b": 3, "c": 1] && ranks.alphaPattern == ["a": 6, "b": 6, "c": 2])
  }

  /// The keys are PEFT's; alpha / r is 10 / 4 for each module; one of rank 0 has no adapter.
  @Test func isWhatPEFTTakes() throws {
    let object = try JSONSerialization.jsonObject(with: try ranks.json) as? NSDictionary
    let wanted: NSDictionary = [
      "r": 4, "lora_alpha": 10, "target_modules": ["h.0.attn.c_attn", "h.1.attn.c_attn"],
      "rank_pattern": ["h.0.attn.c_attn": 3, "h.1.attn.c_attn": 8],
      "alpha_pattern": ["h.0.attn.c_attn": 7.5, "h.1.attn.c_attn": 20],
    ]
    #expect(object == wanted)
  }

  @Test func theFileIsReadBack() throws {
    #expect(try JSONDecoder().decode(LoRARanks.self, from: ranks.json) == ranks)
  }
}
