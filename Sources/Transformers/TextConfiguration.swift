/// The shape of a text encoder.
package struct TextConfiguration: Equatable, Sendable {
  package enum Family: String, Sendable {
    case bert, roberta, gpt2
    /// The text tower of a CLIP model, which makes heads of class names.
    case clip = "clip_text_model"

    /// The families whose models can be merged.
    package init?(modelType: String) {
      self.init(rawValue: modelType)
      if self == .clip { return nil }
    }

    /// What comes before the encoder's names in a checkpoint with a classifier.
    package var prefix: String {
      switch self {
      case .bert, .roberta: rawValue + "."
      case .gpt2: "transformer."
      case .clip: ""
      }
    }

    /// The classifier that a fine-tuned checkpoint holds.
    package var head: CheckpointHead? {
      switch self {
      case .bert: CheckpointHead(classifier: "classifier", dense: nil)
      case .roberta: CheckpointHead(classifier: "classifier.out_proj", dense: "classifier.dense")
      case .gpt2: CheckpointHead(classifier: "score", dense: nil)
      case .clip: nil
      }
    }
  }

  package var family: Family
  /// What comes before the names in this checkpoint: the family's prefix, or nothing.
  package var prefix: String
  /// C.
  package var width: Int
  /// F.
  package var mlpWidth: Int
  package var layers: Int
  /// H.
  package var heads: Int
  package var vocabulary: Int
  /// Rows of the position embedding.
  package var positions: Int
  /// Token types; 0 where there are none.
  package var types: Int
  /// The padding token, which RoBERTa's positions leave out.
  package var padding: Int
  package var activation: Activation
  package var epsilon: Float

  /// The most tokens that a sample may have: RoBERTa counts from behind the padding token's index.
  package var mostTokens: Int { family == .roberta ? positions &- padding &- 1 : positions }

  /// - Parameter names: the checkpoint's tensors.
  init(
    _ fields: ConfigurationFields, family: Family, names: some Sequence<String>
  ) throws(ConfigurationError) {
    self.family = family
    prefix = names.contains { $0.hasPrefix(family.prefix) } ? family.prefix : ""
    // The defaults are those of transformers' configurations.
    if family == .gpt2 {
      width = try fields.integer("n_embd", default: 768)
      mlpWidth = try fields.integer("n_inner", default: width.multipliedReportingOverflow(by: 4).partialValue)
      layers = try fields.integer("n_layer", default: 12)
      heads = try fields.integer("n_head", default: 12)
      vocabulary = try fields.integer("vocab_size", default: 50_257)
      positions = try fields.integer("n_positions", default: 1024)
      (types, padding) = (0, -1)
      activation = try fields.activation("activation_function", default: .newGELU)
      epsilon = try Float(fields.number("layer_norm_epsilon", default: 1e-5))
      for (key, usual) in [("scale_attn_weights", true), ("scale_attn_by_inverse_layer_idx", false)]
      where (fields.value(key) as? Bool ?? usual) != usual {
        throw ConfigurationError("\(fields.fileName): this program does not know GPT-2 with \(key) \(!usual)")
      }
    } else {
      width = try fields.integer("hidden_size", default: 768)
      mlpWidth = try fields.integer("intermediate_size", default: 3072)
      layers = try fields.integer("num_hidden_layers", default: 12)
      heads = try fields.integer("num_attention_heads", default: 12)
      vocabulary = try fields.integer("vocab_size", default: family == .bert ? 30_522 : 50_265)
      positions = try fields.integer("max_position_embeddings", default: 512)
      types = try fields.integer("type_vocab_size", default: 2)
      padding = try fields.integer("pad_token_id", default: family == .bert ? 0 : 1)
      activation = try fields.activation("hidden_act", default: .gelu)
      epsilon = try Float(fields.number("layer_norm_eps", default: 1e-12))
      let kind = fields.value("position_embedding_type") as? String ?? "absolute"
      guard kind == "absolute" else {
        throw ConfigurationError("\(fields.fileName): this program does not know \(kind) position embeddings")
      }
      if fields.value("is_decoder") as? Bool == true {
        throw ConfigurationError("\(fields.fileName): this program knows \(family.rawValue) as an encoder only")
      }
    }
    try check(fileName: fields.fileName)
  }

  init(_ tower: CLIPTextConfiguration) {
    family = .clip
    prefix = ""
    width = tower.width
    mlpWidth = tower.mlpWidth
    layers = tower.layers
    heads = tower.heads
    vocabulary = tower.vocabulary
    positions = tower.positions
    (types, padding) = (0, -1)
    activation = tower.activation
    epsilon = tower.epsilon
  }

  private func check(fileName: String) throws(ConfigurationError) {
    try SizeLimits.check(
      [
        ("width", width, SizeLimits.width), ("MLP width", mlpWidth, SizeLimits.mlpWidth),
        ("number of layers", layers, SizeLimits.layers), ("number of heads", heads, SizeLimits.width),
        ("vocabulary", vocabulary, SizeLimits.rows), ("number of positions", positions, SizeLimits.rows),
        ("number of token types", max(types, 1), SizeLimits.rows), ("most tokens of a text", mostTokens, positions),
      ], fileName: fileName)
    guard width % heads == 0 else {
      throw ConfigurationError("\(fileName): a width of \(width) does not divide into \(heads) heads")
    }
    guard epsilon > 0, epsilon.isFinite else {
      throw ConfigurationError("\(fileName): the norms' epsilon is \(epsilon)")
    }
  }
}
