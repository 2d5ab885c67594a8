import ArgumentParser
import Foundation
import Transformers

/// The transformers whose shapes are measured.
enum Architecture: String, CaseIterable, ExpressibleByArgument, Codable {
  case vitB32 = "vit-b-32"
  case vitL14 = "vit-l-14"
  case robertaBase = "roberta-base"
  case gpt2

  /// C.
  var width: Int { self == .vitL14 ? 1_024 : 768 }
  /// F.
  var mlpWidth: Int { 4 * width }
  var layers: Int { self == .vitL14 ? 24 : 12 }
  /// N of one input: patches and the class token; for text a sentence pair's usual length.
  var tokens: Int {
    switch self {
    case .vitB32: 50
    case .vitL14: 257
    case .robertaBase, .gpt2: 128
    }
  }

  /// The model's `config.json`, with the names of transformers.
  var configuration: Data {
    let values: [String: Any] =
      switch self {
      case .vitB32, .vitL14:
        [
          "architectures": ["CLIPVisionModelWithProjection"], "model_type": "clip_vision_model", "hidden_size": width,
          "intermediate_size": mlpWidth, "num_hidden_layers": layers, "num_attention_heads": width / 64,
          "image_size": 224, "patch_size": self == .vitB32 ? 32 : 14, "projection_dim": self == .vitB32 ? 512 : 768,
          "hidden_act": "quick_gelu", "layer_norm_eps": 1e-5,
        ]
      case .robertaBase:
        [
          "architectures": ["RobertaForSequenceClassification"], "model_type": "roberta", "vocab_size": 50_265,
          "max_position_embeddings": 514, "type_vocab_size": 1, "pad_token_id": 1, "layer_norm_eps": 1e-5,
        ]
      case .gpt2: ["architectures": ["GPT2ForSequenceClassification"], "model_type": "gpt2"]
      }
    // Of numbers, strings and a list of strings.
    return try! JSONSerialization.data(withJSONObject: values, options: [.prettyPrinted, .sortedKeys])
  }

  var encoder: Encoder {
    // A configuration of this program's own; the name says that the tensors have their family's prefix.
    try! Encoder(json: configuration, fileName: rawValue, names: ["roberta.", "transformer."])
  }

  /// The matrices [out, in] of one block, and how many of each.
  var blockMatrices: [(out: Int, input: Int, count: Int)] {
    let asking = self == .gpt2 ? [(3 * width, width, 1), (width, width, 1)] : [(width, width, 4)]
    return asking + [(mlpWidth, width, 1), (width, mlpWidth, 1)]
  }
}
