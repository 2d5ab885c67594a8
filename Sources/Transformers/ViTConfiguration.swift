import Foundation

/// The shape of transformers' `ViTModel` or `Dinov2Model`.
package struct ViTConfiguration: Equatable, Sendable {
  package enum Family: String, Sendable {
    case vit, dinov2

    /// What comes before the encoder's names in a checkpoint with a classifier.
    package var prefix: String { rawValue + "." }
  }

  /// The classifier that a fine-tuned checkpoint holds.
  static let head = CheckpointHead(classifier: "classifier", dense: nil)

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
  package var pictures: PictureShape
  /// Patches on a side of the pictures that the checkpoint's position embeddings are for.
  package var positionGrid: Int
  /// Whether queries, keys and values have biases.
  package var hasProjectionBiases: Bool
  /// Whether features are the class token with the mean of the patches behind it, which DINOv2's classifier is on, and
  /// not the class token alone.
  package var joinsPatches: Bool
  package var activation: Activation
  package var epsilon: Float

  package var featureWidth: Int { joinsPatches ? 2 * width : width }

  /// - Parameters:
  ///   - preprocessor: `preprocessor_config.json`, whose `crop_size` says how large DINOv2's pictures are.
  ///   - names: the checkpoint's tensors.
  init(
    _ fields: ConfigurationFields, family: Family, preprocessor: Data?, names: some Collection<String>
  ) throws(ConfigurationError) {
    self.family = family
    prefix = names.contains { $0.hasPrefix(family.prefix) } ? family.prefix : ""
    // The defaults are those of transformers' configurations.
    width = try fields.integer("hidden_size", default: 768)
    layers = try fields.integer("num_hidden_layers", default: 12)
    heads = try fields.integer("num_attention_heads", default: 12)
    activation = try fields.activation("hidden_act", default: .gelu)
    hasProjectionBiases = fields.value("qkv_bias") as? Bool ?? true
    let isDINO = family == .dinov2
    epsilon = try Float(fields.number("layer_norm_eps", default: isDINO ? 1e-6 : 1e-12))
    pictures = PictureShape(
      imageSize: try fields.integer("image_size", default: 224),
      patchSize: try fields.integer("patch_size", default: isDINO ? 14 : 16),
      channels: try fields.integer("num_channels", default: 3))
    joinsPatches = isDINO && names.contains(Self.head.classifier + ".weight")
    if isDINO {
      if fields.value("use_swiglu_ffn") as? Bool == true {
        throw ConfigurationError(
          "\(fields.fileName): this program does not know DINOv2 with use_swiglu_ffn, as the giant model has it")
      }
      let exactMLPWidth = Double(width) * (try fields.number("mlp_ratio", default: 4))
      guard exactMLPWidth.magnitude < 0x1p52 else {
        throw ConfigurationError("\(fields.fileName): the MLP width is \(exactMLPWidth) (hidden_size times mlp_ratio)")
      }
      mlpWidth = Int(exactMLPWidth)
    } else {
      mlpWidth = try fields.integer("intermediate_size", default: 3072)
    }
    // Checked before the size is divided by the patches'.
    positionGrid = 1
    try check(fileName: fields.fileName)
    positionGrid = pictures.grid
    guard isDINO, let side = try Self.cropSize(preprocessor, configurationName: fields.fileName) else { return }
    pictures.imageSize = side
    try check(fileName: fields.fileName)
  }

  /// The side of the pictures that a preprocessor gives; nil where it does not say.
  private static func cropSize(_ preprocessor: Data?, configurationName: String) throws(ConfigurationError) -> Int? {
    guard let preprocessor else { return nil }
    let folder = configurationName.lastIndex(of: "/").map { configurationName[...$0] } ?? ""
    let fields = try ConfigurationFields(json: preprocessor, fileName: folder + "preprocessor_config.json")
    guard fields.value("do_center_crop") as? Bool != false, let size = fields.value("crop_size") else { return nil }
    guard size is [String: Any] else { return try fields.integer("crop_size", default: nil) }
    let sides = try fields.object("crop_size")
    let (height, width) = (try sides.integer("height", default: nil), try sides.integer("width", default: nil))
    guard height == width else {
      throw ConfigurationError("\(fields.fileName): crop_size is \(height) × \(width); both sides must be equal")
    }
    return height
  }

  private func check(fileName: String) throws(ConfigurationError) {
    try SizeLimits.check(
      [
        ("width", width, SizeLimits.width), ("MLP width", mlpWidth, SizeLimits.mlpWidth),
        ("number of layers", layers, SizeLimits.layers), ("number of heads", heads, SizeLimits.width),
        ("image size", pictures.imageSize, SizeLimits.side), ("patch size", pictures.patchSize, SizeLimits.side),
        ("number of channels", pictures.channels, SizeLimits.channels),
      ], fileName: fileName)
    guard width % heads == 0 else {
      throw ConfigurationError("\(fileName): a width of \(width) does not divide into \(heads) heads")
    }
    guard pictures.patchSize <= pictures.imageSize else {
      throw ConfigurationError(
        "\(fileName): patches of \(pictures.patchSize) pixels in images of \(pictures.imageSize)")
    }
    guard epsilon > 0, epsilon.isFinite else {
      throw ConfigurationError("\(fileName): layer_norm_eps is \(epsilon)")
    }
  }
}
