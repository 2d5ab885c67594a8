import Foundation

/// The shape of a CLIP text tower.
package struct CLIPTextConfiguration: Equatable, Sendable {
  package var naming: CLIPVisionConfiguration.Naming
  /// C.
  package var width: Int
  /// F.
  package var mlpWidth: Int
  package var layers: Int
  /// H.
  package var heads: Int
  package var vocabulary: Int
  /// The most tokens of a text.
  package var positions: Int
  /// The width of the features, which is that of the vision tower's.
  package var projectionWidth: Int
  package var activation: Activation
  package var epsilon: Float = 1e-5

  /// Reads Hugging Face's `config.json` of a whole CLIP model or OpenCLIP's `open_clip_config.json`.
  ///
  /// - Throws: `ConfigurationError` where it is of another model, or a value is wrong.
  package init(json: Data, fileName: String) throws(ConfigurationError) {
    let fields = try ConfigurationFields(json: json, fileName: fileName)
    if fields.value("model_cfg") != nil {
      try self.init(openCLIP: try fields.object("model_cfg"))
    } else {
      try self.init(huggingFace: fields)
    }
    try SizeLimits.check(
      [
        ("width of texts", width, SizeLimits.width), ("MLP width of texts", mlpWidth, SizeLimits.mlpWidth),
        ("number of layers for texts", layers, SizeLimits.layers),
        ("number of heads for texts", heads, SizeLimits.width), ("vocabulary", vocabulary, SizeLimits.rows),
        ("number of positions", positions, SizeLimits.rows), ("projection width", projectionWidth, SizeLimits.width),
      ], fileName: fileName)
    guard width % heads == 0 else {
      throw ConfigurationError("\(fileName): a width of \(width) does not divide into \(heads) heads")
    }
    guard epsilon > 0, epsilon.isFinite else {
      throw ConfigurationError("\(fileName): layer_norm_eps is \(epsilon)")
    }
  }

  private init(huggingFace fields: ConfigurationFields) throws(ConfigurationError) {
    guard fields.value("model_type") as? String == "clip" else {
      throw ConfigurationError("\(fields.fileName): only a whole CLIP model (model_type clip) has a text tower")
    }
    let text = try fields.object("text_config", orEmpty: true)
    // The defaults are those of transformers' CLIPTextConfig, which leaves default values out of its files.
    width = try text.integer("hidden_size", default: 512)
    mlpWidth = try text.integer("intermediate_size", default: 2048)
    layers = try text.integer("num_hidden_layers", default: 12)
    heads = try text.integer("num_attention_heads", default: 8)
    vocabulary = try text.integer("vocab_size", default: 49_408)
    positions = try text.integer("max_position_embeddings", default: 77)
    epsilon = try Float(text.number("layer_norm_eps", default: 1e-5))
    activation = try text.activation("hidden_act", default: .quickGELU)
    projectionWidth = try fields.integer("projection_dim", default: 512)
    naming = .huggingFace
  }

  private init(openCLIP model: ConfigurationFields) throws(ConfigurationError) {
    let text = try model.object("text_cfg")
    for key in ["hf_model_name", "embed_cls", "no_causal_mask", "pool_type", "proj_bias", "ls_init_value"]
    where text.isSet(key) {
      throw ConfigurationError(
        "\(model.fileName): text_cfg.\(key) is a variant of the text tower that this program does not know")
    }
    width = try text.integer("width", default: 512)
    layers = try text.integer("layers", default: 12)
    mlpWidth = width.multipliedReportingOverflow(by: 4).partialValue
    heads = try text.integer("heads", default: 8)
    vocabulary = try text.integer("vocab_size", default: 49_408)
    positions = try text.integer("context_length", default: 77)
    projectionWidth = try model.integer("embed_dim", default: nil)
    activation = model.value("quick_gelu") as? Bool == true ? .quickGELU : .gelu
    naming = .openCLIP
  }
}
