import Foundation
import Merging
import Transformers

/// A base and a fine-tuned model, as small as an encoder can be, and the merge of them that a reader prepares.
struct TinyModel {
  /// `base/config.json`.
  let configuration: String
  /// What the fine-tuned model has beside its body.
  let classifier: [SafetensorsBuilder.Tensor]

  static let bert = TinyModel(
    configuration: """
      {"model_type": "bert", "hidden_size": 4, "intermediate_size": 4, "num_hidden_layers": 1, "num_attention_heads": 2,
       "vocab_size": \(TokenizerSeeds.wordPieceCount), "max_position_embeddings": 12, "type_vocab_size": 2,
       "label2id": {"no": 0, "yes": 1, "maybe": 2}}
      """, classifier: [SafetensorsBuilder.Tensor("classifier.weight", floats: [3, 4])])

  static let clip = TinyModel(
    configuration: """
      {"model_type": "clip_vision_model", "hidden_size": 4, "intermediate_size": 4, "num_hidden_layers": 1,
       "num_attention_heads": 2, "image_size": 4, "patch_size": 2, "projection_dim": 2}
      """, classifier: [])

  /// A head of its own, as CLIP's models need one.
  static let head = SafetensorsBuilder.bytes([
    SafetensorsBuilder.Tensor("weight", floats: [3, 2]), SafetensorsBuilder.Tensor("bias", floats: [3]),
  ])

  /// Two pictures of CLIP's size.
  static let pictures = SafetensorsBuilder.bytes([
    SafetensorsBuilder.Tensor("labels", integers: [0, 2], [2]),
    SafetensorsBuilder.Tensor("images", "U8", [2, 4, 4, 3], [UInt8](0..<96)),
  ])

  /// Files that have all tensors that the configuration asks for, and stay as they are.
  func files() throws -> [SeedFile] {
    let encoder = try Encoder(json: Data(configuration.utf8), fileName: "config.json", names: [])
    let body = encoder.layout.parameters.map { SafetensorsBuilder.Tensor($0.name, floats: $0.shape) }
    return [
      SeedFile("base/config.json", configuration, nil),
      SeedFile("base/model.safetensors", SafetensorsBuilder.bytes(body), nil),
      SeedFile("model/model.safetensors", SafetensorsBuilder.bytes(body + classifier), nil),
    ]
  }

  /// A merge that learns on `inputs` in the folder, and measures with them.
  static func request(in folder: String, inputs: String) -> MergeRequest {
    let source = ModelSource(
      model: "\(folder)/model", task: "task", head: "\(folder)/model/head.safetensors", adapt: "\(folder)/\(inputs)",
      evaluate: "\(folder)/\(inputs)")
    return MergeRequest(method: .adarank, base: "\(folder)/base", models: [source])
  }
}
