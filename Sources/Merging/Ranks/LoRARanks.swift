import Foundation

/// Ranks of low-rank adapters as PEFT's `LoraConfig` takes them.
///
/// The scaling alpha / r is the same for every module: alphaⱼ = alpha · kⱼ / k_avg.
///
/// Source: Hu et al., LoRA (arXiv:2106.09685); the keys are PEFT's.
package struct LoRARanks: Codable, Equatable, Sendable {
  /// k_avg, which modules that are not named would get.
  package let rank: Int
  package let alpha: Int
  /// Those whose rank is not 0. A module that has two names stands here with both: PEFT takes those that it finds.
  package let targetModules: [String]
  /// kⱼ by name.
  package let rankPattern: [String: Int]
  package let alphaPattern: [String: Double]

  private enum CodingKeys: String, CodingKey {
    case rank = "r"
    case alpha = "lora_alpha"
    case targetModules = "target_modules"
    case rankPattern = "rank_pattern"
    case alphaPattern = "alpha_pattern"
  }

  /// - Parameters:
  ///   - ranks: in the order of the encoder.
  ///   - average: k_avg.
  package init(_ ranks: [(module: LoRAModule, rank: Int)], average: Int, alpha: Int) {
    let given = ranks.filter { $0.rank > 0 }.flatMap { module, rank in
      module.names.sorted().map { (name: $0, rank: rank) }
    }
    (rank, self.alpha, targetModules) = (average, alpha, given.map(\.name))
    rankPattern = Dictionary(uniqueKeysWithValues: given.map { ($0.name, $0.rank) })
    alphaPattern = rankPattern.mapValues { Double(alpha * $0) / Double(average) }
  }

  /// For a file.
  package var json: Data {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      return try encoder.encode(self) + Data("\n".utf8)
    }
  }
}
