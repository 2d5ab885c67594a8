import ArgumentParser
import Transformers

/// The transformers whose shapes are measured.
enum Architecture: String, CaseIterable, ExpressibleByArgument, Codable {
  case vitB32 = "vit-b-32"
  case vitL14 = "vit-l-14"
  case robertaBase = "roberta-base"

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
    case .robertaBase: 128
    }
  }

  /// The vision tower; nil for text models.
  var vision: CLIPVisionConfiguration? {
    switch self {
    case .vitB32:
      CLIPVisionConfiguration(
        naming: .huggingFace, width: 768, mlpWidth: 3_072, layers: 12, heads: 12, imageSize: 224, patchSize: 32,
        projectionWidth: 512, activation: .quickGELU)
    case .vitL14:
      CLIPVisionConfiguration(
        naming: .huggingFace, width: 1_024, mlpWidth: 4_096, layers: 24, heads: 16, imageSize: 224, patchSize: 14,
        projectionWidth: 768, activation: .quickGELU)
    case .robertaBase: nil
    }
  }

  /// The matrices [out, in] of one block, and how many of each.
  var blockMatrices: [(out: Int, input: Int, count: Int)] {
    [(width, width, 4), (mlpWidth, width, 1), (width, mlpWidth, 1)]
  }
}
