import Merging

/// A key with a value of its own: who uses it, what it means, and how it is read and written.
struct RecipeKey: Sendable {
  let name: String
  let users: [MergeMethod]
  /// The only value, as written, that `adamerging` accepts; nil: any.
  let neutral: String?
  private let meanings: [MergeMethod: String]
  /// Reads the value into the settings.
  let read: @Sendable (SourceNode, inout Settings) throws(Finding) -> Void
  /// The value as YAML.
  let write: @Sendable (Settings) -> String

  /// - Parameters:
  ///   - meaning: what the key means, for the recipe as run.
  ///   - meanings: to a method to which it means something else.
  init<Value>(
    _ name: String, _ property: any WritableKeyPath<Settings, Value> & Sendable, _ kind: ValueKind<Value>,
    of users: [MergeMethod] = MergeMethod.allCases, neutral: String? = nil, _ meaning: String,
    _ meanings: [MergeMethod: String] = [:]
  ) {
    self.name = name
    self.users = users
    self.neutral = neutral
    self.meanings = Dictionary(uniqueKeysWithValues: users.map { ($0, meanings[$0] ?? meaning) })
    read = { (node, settings) throws(Finding) in settings[keyPath: property] = try kind.read(node, name) }
    write = { kind.write($0[keyPath: property]) }
  }

  /// What the key means to a method.
  ///
  /// - Precondition: the method uses the key.
  func meaning(to method: MergeMethod) -> String {
    meanings[method]!
  }
}

private let learning: [MergeMethod] = MergeMethod.allCases.filter(\.learns)
private let decomposing: [MergeMethod] = learning + [.cart, .tsvM, .isoC, .isoCTS]
/// Those that treat all entries alike, and keep the base's where nothing is merged.
private let entrywise: [MergeMethod] = [.taskArithmetic, .ties, .consensusTA]

/// What `auto` means for a coefficient.
private let automatic =
  "; auto: that of a short grid whose merge agrees most with the fine-tuned models on unlabelled inputs"

/// Meanings of a coefficient that may be `auto`.
private func orAutomatic(_ meanings: [MergeMethod: String]) -> [MergeMethod: String] {
  meanings.mapValues { $0 + automatic }
}

extension RecipeKey {
  /// The keys under `parameters`.
  static let parameters: [RecipeKey] = [
    RecipeKey(
      "origin", \.learning.origin, .choice, of: learning, neutral: "task_arithmetic",
      "what task vectors are measured from and added to: task_arithmetic (the base), cart (the models' mean), tsv_m or "
        + "iso_cts (the base, with components that the static method of that name joins)"),
    RecipeKey(
      "merge_coefficient", \.mergeCoefficient, .optional(.auto(or: .number)), of: decomposing + entrywise,
      "λ₀: the coefficient that every task and tensor starts with" + automatic,
      orAutomatic([
        .taskArithmetic: "λ: the factor of the summed task vectors",
        .cart: "λ: the factor of the summed task vectors, measured from the models' mean",
        .tsvM: "λ: the factor of the merged singular components",
        .isoC: "λ: the factor of the summed task vectors with a flat spectrum",
        .isoCTS: "λ: the factor of the common and the tasks' own directions, all equally strong",
        .ties: "λ: the factor of the mean of what is kept and agrees",
        .consensusTA: "λ: the factor of the summed task vectors where tasks agree",
      ])),
    RecipeKey(
      "normalize", \.normalizes, .optional(.flag), of: [.linear, .taskArithmetic],
      "whether what is summed is divided by the sum of the models' weights"),
    RecipeKey(
      "lambda", \.lambda, .number, of: [.taskArithmetic],
      "the factor of what is summed, behind all others, as mergekit has it"),
    RecipeKey(
      "initial_kept_fraction", \.initialKeptFraction, .optional(.auto(or: fraction)), of: learning + [.cart],
      neutral: "1.0",
      "the share of each task's components that start unmasked; 0: one over the number of tasks; auto, with origin cart: "
        + "chosen as the coefficient is",
      [
        .cart: "the share of each task's components that is kept; 0: one over the number of tasks; auto: chosen as the "
          + "coefficient is"
      ]),
    RecipeKey(
      "kept_ranks", \.learning.keptRanksPath, .optional(.path), of: [.adarank],
      "a JSON file of 'adarank ranks', by which matrices begin with more or fewer unmasked components; null: with the same "
        + "share"),
    RecipeKey(
      "temperature", \.learning.temperature, .number("a finite number above 0") { $0 > 0 }, of: learning,
      neutral: "10.0", "what mask logits are divided by before the sigmoid"),
    RecipeKey(
      "learn", \.learning.learn, .choices(), of: learning, neutral: "[coefficients]",
      "what is learnt: masks, coefficients, and heads (the tasks' classifiers)"),
    RecipeKey(
      "objective", \.learning.objective, .choice, of: learning,
      "the loss: entropy of the predictions, or self_label (cross-entropy to the fine-tuned models' labels)"),
    RecipeKey(
      "initial_state", \.learning.initialStatePath, .optional(.path), of: learning,
      "an earlier merge's adarank_state.safetensors, whose masks and coefficients this one begins with"),
    RecipeKey("steps", \.learning.steps, .wholeNumber(atLeast: 0), of: learning, "steps of the optimiser"),
    RecipeKey(
      "stop", \.learning.stop, .choice, of: learning,
      "when enough is learnt: steps (all of them), or plateau (where the loss no longer falls)"),
    RecipeKey(
      "on_collapse", \.learning.onCollapse, .choice, of: learning,
      "what happens where a task's predictions collapse: go_on (it is said, and the state before is kept), stop (the merge "
        + "is of the state before), ignore"),
    RecipeKey(
      "batch_size", \.learning.batchSize, .wholeNumber(atLeast: 1), of: learning, "inputs per task and step"),
    RecipeKey(
      "learning_rate", \.learning.learningRate, .number("a finite number above 0") { $0 > 0 }, of: learning,
      "Adam's, of mask logits and coefficients alike"),
    RecipeKey(
      "shuffle", \.learning.shuffle, .flag, of: learning,
      "whether inputs come in an order drawn from the seed; false: in order, wrapping round"),
    RecipeKey(
      "lanes", \.learning.lanes, .optional(.wholeNumber(atLeast: 1)), of: learning,
      "how many lanes a step's samples are cut into; null: chosen from the model's tokens"),
    RecipeKey(
      "exchange", \.learning.exchange, .optional(.choice), of: learning,
      "what travels between nodes: dense (gradients and weights), components (the masks' gradients; each node holds all "
        + "factors); null: the faster one over the network"),
    RecipeKey(
      "network", \.learning.network, .number("a finite number above 0") { $0 > 0 }, of: learning,
      "Gbit/s between nodes, by which the exchange is chosen"),
    RecipeKey(
      "granularity", \.learning.granularity, .choice, of: learning,
      "what has a coefficient of its own: each task and tensor, or each task (task)"),
    RecipeKey(
      "masked", \.roles.masked, .patterns, of: decomposing, "tensors treated by singular components; []: as usual"),
    RecipeKey(
      "scaled", \.roles.scaled, .patterns, of: decomposing + entrywise,
      "tensors whose task vectors are only scaled; []: as usual",
      [
        .taskArithmetic: "tensors that are merged even where they usually are not; []: as usual",
        .ties: "tensors that are merged even where they usually are not; []: as usual",
        .consensusTA: "tensors that are merged even where they usually are not; []: as usual",
        .cart: "tensors to whose mean weighted task vectors are added whole; []: as usual",
        .tsvM: "tensors that get the mean of the task vectors, without λ; []: as usual",
        .isoC: "tensors that get the mean of the task vectors, without λ; []: as usual",
        .isoCTS: "tensors that get the mean of the task vectors, without λ; []: as usual",
      ]),
    RecipeKey(
      "frozen", \.roles.frozen, .patterns, of: decomposing + entrywise,
      "tensors that keep the base's values; []: as usual",
      [
        .adarank: "tensors that keep the origin's values; []: as usual",
        .cart: "tensors that get the models' mean and nothing more; []: as usual",
      ]),
    RecipeKey(
      "common_fraction", \.commonFraction, fraction, of: [.isoCTS],
      "the share of components that tasks have in common; the others are shared out among the tasks"),
    RecipeKey(
      "density", \.density, .optional(fraction), of: learning + [.ties],
      "the share of each task vector's entries that is kept, the largest over all merged tensors together; below 1, "
        + "adamerging is AdaMerging++",
      [.ties: "the share of each task vector's entries that is kept, the largest over all merged tensors together"]),
    RecipeKey(
      "mask_threshold", \.maskThreshold, .number("a finite number, at least 0") { $0 >= 0 }, of: [.consensusTA],
      "λₜ: a task wants an entry where its own part is at least this many times the other tasks' sum"),
    RecipeKey(
      "fuse_qkv", \.fuseQKV, .flag, of: decomposing, "whether query, key and value are decomposed as one matrix"),
  ]

  /// The keys at the top level, apart from those that say what is merged.
  static let topLevel: [RecipeKey] = [
    RecipeKey("seed", \.seed, .wholeNumber(atLeast: 0), "of everything that is drawn"),
    RecipeKey(
      "max_tokens", \.mostTokens, .optional(.wholeNumber(atLeast: 1)),
      "the most tokens of a text that is tokenized here; null: as many as model and tokenizer take"),
    RecipeKey("dtype", \.outputType, .choice, "the merged files' type; base: each tensor as in the base model"),
    RecipeKey("out_shard_size", \.outShardSize, .byteSize(atLeast: 1_000), "the most that one weight file holds"),
    RecipeKey(
      "checkpoint_every", \.checkpointEvery, .wholeNumber(atLeast: 0),
      "steps between checkpoints to resume from, of which one is written every minute besides; 0: none"),
    RecipeKey(
      "time_limit", \.timeLimit, .optional(.duration),
      "how long a run may learn before it stops in order, such as 8h or 90min, to be resumed; null: as long as it takes"
    ),
    RecipeKey(
      "scratch_dir", \.scratchDir, .optional(.path),
      "where singular components are kept on disk; null: a folder of one's own under TMPDIR"),
    RecipeKey(
      "cache_size", \.cacheSize, .byteSize(atLeast: 0),
      "how much of that stays for later merges; 0: components stay in memory, and nothing is kept"),
  ]

  private static let fraction = ValueKind<Double>.number("from 0 to 1") { (0...1).contains($0) }
}

/// Every key that a recipe may have, by where it stands.
enum KnownKeys {
  static let topLevel =
    ["merge_method", "base_model", "models", "collection", "parameters"] + RecipeKey.topLevel.map(\.name)
  /// The keys that a collection gives instead of the recipe.
  static let collection = ["base_model", "models"]
  static let parameters = RecipeKey.parameters.map(\.name)
  static let model =
    ["model", "task", "head", "classes", "templates", "adapt", "evaluate", "text", "label", "metric", "parameters"]
  static let modelParameters = ["weight"]
}
