import Foundation

/// The shape of a CLIP vision tower.
package struct CLIPVisionConfiguration: Equatable, Sendable {
  /// Whose names the checkpoint's tensors have.
  package enum Naming: String, Sendable {
    /// `vision_model.encoder.layers.0.self_attn.q_proj.weight`
    case huggingFace
    /// `visual.transformer.resblocks.0.attn.in_proj_weight`
    case openCLIP
  }

  package var naming: Naming
  /// C.
  package var width: Int
  /// F.
  package var mlpWidth: Int
  package var layers: Int
  /// H.
  package var heads: Int
  /// Pixels on a side.
  package var imageSize: Int
  package var patchSize: Int
  package var channels: Int = 3
  /// The width of the projected features, or nil where the tower ends after its last normalisation.
  package var projectionWidth: Int?
  package var activation: Activation
  package var epsilon: Float = 1e-5

  package init(
    naming: Naming, width: Int, mlpWidth: Int, layers: Int, heads: Int, imageSize: Int, patchSize: Int,
    channels: Int = 3, projectionWidth: Int? = nil, activation: Activation, epsilon: Float = 1e-5
  ) {
    self.naming = naming
    self.width = width
    self.mlpWidth = mlpWidth
    self.layers = layers
    self.heads = heads
    self.imageSize = imageSize
    self.patchSize = patchSize
    self.channels = channels
    self.projectionWidth = projectionWidth
    self.activation = activation
    self.epsilon = epsilon
  }

  package var pictures: PictureShape {
    PictureShape(imageSize: imageSize, patchSize: patchSize, channels: channels)
  }
  package var featureWidth: Int { projectionWidth ?? width }
}

extension CLIPVisionConfiguration {
  /// Reads Hugging Face's `config.json` or OpenCLIP's `open_clip_config.json`.
  ///
  /// - Throws: `ConfigurationError` that names the architecture where it is another one, or the value that is wrong.
  package init(json: Data, fileName: String) throws(ConfigurationError) {
    try self.init(ConfigurationFields(json: json, fileName: fileName))
  }

  init(_ fields: ConfigurationFields) throws(ConfigurationError) {
    if fields.value("model_cfg") != nil {
      try self.init(openCLIP: try fields.object("model_cfg"))
    } else {
      try self.init(huggingFace: fields)
    }
    try check(fileName: fields.fileName)
  }

  private init(huggingFace fields: ConfigurationFields) throws(ConfigurationError) {
    let type = fields.value("model_type") as? String ?? "without a model_type"
    let architectures = fields.value("architectures") as? [String] ?? []
    let vision: ConfigurationFields
    switch type {
    case "clip_vision_model": vision = fields
    case "clip": vision = try fields.object("vision_config", orEmpty: true)
    default:
      let name = architectures.first.map { "\($0) (model_type \(type))" } ?? "model_type \(type)"
      throw ConfigurationError(
        "\(fields.fileName): this program has no forward pass for \(name); it knows CLIP vision towers, ViT, "
          + "DINOv2, BERT, RoBERTa and GPT-2")
    }
    // The defaults are those of transformers' CLIPVisionConfig, which leaves default values out of its files.
    width = try vision.integer("hidden_size", default: 768)
    mlpWidth = try vision.integer("intermediate_size", default: 3072)
    layers = try vision.integer("num_hidden_layers", default: 12)
    heads = try vision.integer("num_attention_heads", default: 12)
    imageSize = try vision.integer("image_size", default: 224)
    patchSize = try vision.integer("patch_size", default: 32)
    channels = try vision.integer("num_channels", default: 3)
    epsilon = try Float(vision.number("layer_norm_eps", default: 1e-5))
    activation = try vision.activation("hidden_act", default: .quickGELU)
    let projects = architectures.isEmpty || !architectures.contains("CLIPVisionModel")
    projectionWidth =
      projects ? try (type == "clip" ? fields : vision).integer("projection_dim", default: 512) : nil
    naming = .huggingFace
  }

  private init(openCLIP model: ConfigurationFields) throws(ConfigurationError) {
    let vision = try model.object("vision_cfg")
    for key in ["timm_model_name", "attentional_pool", "pool_type", "ls_init_value", "no_ln_pre"]
    where vision.isSet(key) {
      throw ConfigurationError(
        "\(model.fileName): vision_cfg.\(key) is a variant of the vision tower that this program does not know")
    }
    width = try vision.integer("width", default: 768)
    layers = try vision.integer("layers", default: 12)
    let exactMLPWidth = Double(width) * (try vision.number("mlp_ratio", default: 4))
    guard exactMLPWidth.magnitude < 0x1p52 else {
      throw ConfigurationError("\(model.fileName): the MLP width is \(exactMLPWidth) (width \(width) times mlp_ratio)")
    }
    mlpWidth = Int(exactMLPWidth)
    let headWidth = try vision.integer("head_width", default: 64)
    heads = headWidth > 0 ? width / headWidth : 0
    imageSize = try vision.integer("image_size", default: 224)
    patchSize = try vision.integer("patch_size", default: 16)
    projectionWidth = try model.integer("embed_dim", default: nil)
    activation = model.value("quick_gelu") as? Bool == true ? .quickGELU : .gelu
    naming = .openCLIP
  }

  private func check(fileName: String) throws(ConfigurationError) {
    try SizeLimits.check(
      [
        ("width", width, SizeLimits.width), ("MLP width", mlpWidth, SizeLimits.mlpWidth),
        ("number of layers", layers, SizeLimits.layers), ("number of heads", heads, SizeLimits.width),
        ("image size", imageSize, SizeLimits.side), ("patch size", patchSize, SizeLimits.side),
        ("number of channels", channels, SizeLimits.channels),
        ("projection width", projectionWidth ?? 1, SizeLimits.width),
      ], fileName: fileName)
    guard width % heads == 0 else {
      throw ConfigurationError("\(fileName): a width of \(width) does not divide into \(heads) heads")
    }
    guard patchSize <= imageSize else {
      throw ConfigurationError("\(fileName): patches of \(patchSize) pixels in images of \(imageSize)")
    }
    guard epsilon > 0, epsilon.isFinite else {
      throw ConfigurationError("\(fileName): layer_norm_eps is \(epsilon)")
    }
  }
}
