import Merging

/// What the scalar keys of a recipe say, whichever method they are for. Keys that the method does not use
/// keep their defaults, so that recipes that mean the same are equal.
struct Settings: Equatable, Sendable {
  /// Without what stands in `mergeCoefficient` and `initialKeptFraction`.
  var learning = LearningSettings()
  /// λ or λ₀; nil: the method's default.
  var mergeCoefficient: NumberOrAuto?
  /// Whether a search chooses something.
  var searches: Bool { mergeCoefficient == .auto || initialKeptFraction == .auto }
  /// Whether a sum is divided by the sum of the models' weights; nil: the method's default.
  var normalizes: Bool?
  /// What a sum is multiplied by at the end.
  var lambda = StaticSettings().lambda
  /// nil: 1.
  var initialKeptFraction: NumberOrAuto?
  /// Iso-CTS' share of common components.
  var commonFraction = StaticSettings().commonFraction
  /// The share of task vectors' entries that count; nil: the method's default.
  var density: Double?
  /// Consensus task arithmetic's λₜ.
  var maskThreshold = StaticSettings().maskThreshold
  var roles = RolePatterns()
  var fuseQKV = false
  var seed: UInt64 = 0
  /// Of a text that is tokenized; nil: as many as model and tokenizer take.
  var mostTokens: Int?
  var outputType = OutputType.float32
  /// Bytes.
  var outShardSize = 5_000_000_000
  /// Steps; 0: never.
  var checkpointEvery = 100
  /// Seconds; nil: none.
  var timeLimit: Int?
  /// Absolute; nil: a folder of the person's own under `TMPDIR`.
  var scratchDir: String?
  /// Bytes; 0: none.
  var cacheSize = 50_000_000_000

  /// Takes what a search has chosen.
  mutating func choose(_ search: MergeReport.Search) {
    if mergeCoefficient == .auto { mergeCoefficient = .number(search.mergeCoefficient) }
    if initialKeptFraction == .auto, let fraction = search.keptFraction { initialKeptFraction = .number(fraction) }
  }
}
