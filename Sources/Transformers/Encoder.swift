import Foundation
import LinearAlgebra

/// The token of a sample that stands for it.
package enum PooledToken: Sendable {
  case first, last
}

/// A transformer that turns a picture or a text into features: its parameters by the checkpoint's names, and their places
/// in the computation.
///
/// Stage 0 is the embedding, stages 1 ... L the blocks, stage L + 1 makes features of the pooled token.
package struct Encoder: Sendable {
  /// What the encoder takes in.
  package enum Input: Sendable {
    case pictures(VisionTower)
    case text(TextConfiguration)
  }

  enum Embedding: Sendable {
    case patches(PatchEmbedding)
    case tokens(TokenEmbedding)
  }

  /// A linear layer on the pooled token.
  struct Projection: Sendable {
    let weight: Int
    /// Nil for none.
    let bias: Int?
    /// Whether the weight is stored [C, features] (OpenCLIP) and not [features, C].
    let isTransposed: Bool
    /// Whether tanh comes behind it, as in BERT's pooler.
    let hasTanh: Bool
  }

  package let input: Input
  package let layout: ParameterLayout
  /// C.
  package let width: Int
  let mlpWidth: Int
  let epsilon: Float
  package let featureWidth: Int
  let embedding: Embedding
  let blocks: [TransformerBlock]
  /// Of the pooled token.
  let pooledNorm: (weight: Int, bias: Int)?
  let projection: Projection?
  /// Whether features are the pooled token with the mean of the others behind it.
  var joinsPatches = false

  package var stageCount: Int { blocks.count + 2 }
  /// L.
  package var layers: Int { blocks.count }
  var heads: Int { blocks[0].attention.heads }
  var pooledToken: PooledToken { blocks[0].pooledToken }

  /// The tokens of every sample; nil where they differ.
  package var fixedTokens: Int? {
    if case .pictures(let tower) = input { tower.pictures.tokens } else { nil }
  }

  /// What the architecture's classifier is, where a fine-tuned checkpoint holds one; nil: it is a file of its own.
  package var checkpointHead: CheckpointHead? {
    switch input {
    case .pictures(.clip): nil
    case .pictures(.vit): ViTConfiguration.head
    case .text(let configuration): configuration.family.head
    }
  }

  /// What comes before the names in checkpoints with a classifier, and what before those of this encoder: the same or
  /// nothing. Nil where all checkpoints have the same names.
  package var prefix: (withClassifier: String, own: String)? {
    switch input {
    case .pictures(.clip): nil
    case .pictures(.vit(let configuration)): (configuration.family.prefix, configuration.prefix)
    case .text(let configuration): (configuration.family.prefix, configuration.prefix)
    }
  }

  /// Whether a fine-tuned checkpoint may lack a parameter, which then counts as unchanged: a vision tower alone has no
  /// projection.
  package func mayLack(_ index: Int) -> Bool {
    if case .pictures = input { projection?.weight == index } else { false }
  }

  /// Reads a model's configuration: Hugging Face's `config.json` or OpenCLIP's `open_clip_config.json`.
  ///
  /// - Parameters:
  ///   - preprocessor: `preprocessor_config.json`, which says how large DINOv2's pictures are.
  ///   - names: the tensors of the checkpoint, which say whether its names have its family's prefix.
  /// - Throws: `ConfigurationError` that names the architecture where it is another one, or the value that is wrong.
  package init(
    json: Data, fileName: String, preprocessor: Data? = nil, names: some Collection<String>
  ) throws(ConfigurationError) {
    let fields = try ConfigurationFields(json: json, fileName: fileName)
    let type = fields.value("model_type") as? String ?? ""
    if let family = TextConfiguration.Family(modelType: type) {
      self.init(try TextConfiguration(fields, family: family, names: names))
    } else if let family = ViTConfiguration.Family(rawValue: type) {
      self.init(try ViTConfiguration(fields, family: family, preprocessor: preprocessor, names: names))
    } else {
      self.init(try CLIPVisionConfiguration(fields))
    }
  }
}

extension Encoder {
  /// The numbers of one picture; 0 where the encoder takes texts.
  package var pixelCount: Int {
    if case .pictures(let tower) = input { tower.pictures.pixelCount } else { 0 }
  }
}
