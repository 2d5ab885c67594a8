import TestSupport
import Transformers

/// An encoder of pictures in `Double`, from pixels to features, by the names of its parameters.
protocol ReferenceEncoder: Sendable {
  /// By the checkpoint's names.
  var weights: [String: ReferenceTensor] { get set }

  /// - Parameter pixels: of one image [channels, height, width].
  /// - Returns: [1, features].
  func features(_ pixels: [Double]) -> ReferenceTensor
}

extension ReferenceEncoder {
  /// [N, channels · patch · patch], the class token's row zeros.
  func patches(_ pixels: [Double], _ shape: PictureShape) -> ReferenceTensor {
    let (size, patch, grid) = (shape.imageSize, shape.patchSize, shape.grid)
    var result = ReferenceTensor(zeros: [shape.tokens, shape.patchCount])
    for gridY in 0..<grid {
      for gridX in 0..<grid {
        for channel in 0..<shape.channels {
          for y in 0..<patch {
            for x in 0..<patch {
              result[1 + gridY * grid + gridX, (channel * patch + y) * patch + x] =
                pixels[(channel * size + gridY * patch + y) * size + gridX * patch + x]
            }
          }
        }
      }
    }
    return result
  }

  func norm(_ name: String) -> ReferenceBlockWeights.Norm {
    (weights[name + ".weight"]!.elements, weights[name + ".bias"]!.elements)
  }

  /// A linear layer's weight and bias; zeros where it has none.
  func layer(_ name: String) -> ReferenceBlockWeights.Layer {
    let weight = weights[name + ".weight"]!
    return (weight, weights[name + ".bias"]?.elements ?? [Double](repeating: 0, count: weight.rows))
  }

  /// Queries, keys and values of three layers as one.
  func fused(_ names: [String]) -> ReferenceBlockWeights.Layer {
    let parts = names.map(layer)
    return (
      ReferenceTensor(
        shape: [parts.reduce(0) { $0 + $1.weight.rows }, parts[0].weight.columns],
        elements: parts.flatMap(\.weight.elements)), parts.flatMap(\.bias)
    )
  }
}

/// CLIP's vision tower in `Double`.
struct ReferenceTower: ReferenceEncoder {
  let configuration: CLIPVisionConfiguration
  var weights: [String: ReferenceTensor]

  func features(_ pixels: [Double]) -> ReferenceTensor {
    let isHuggingFace = configuration.naming == .huggingFace
    let prefix = isHuggingFace ? "vision_model.embeddings." : "visual."
    let patchWeight = weights[prefix + (isHuggingFace ? "patch_embedding.weight" : "conv1.weight")]!
    var x = ReferenceLayers.linear(patches(pixels, configuration.pictures), weight: patchWeight, bias: nil)
    for j in 0..<x.columns { x[0, j] = weights[prefix + "class_embedding"]!.elements[j] }
    x = combine(x, weights[prefix + (isHuggingFace ? "position_embedding.weight" : "positional_embedding")]!, +)
    let epsilon = Double(configuration.epsilon)
    func normalize(_ x: ReferenceTensor, _ name: String) -> ReferenceTensor {
      let norm = norm(name)
      return ReferenceLayers.layerNorm(x, weight: norm.weight, bias: norm.bias, epsilon: epsilon)
    }
    x = normalize(x, isHuggingFace ? "vision_model.pre_layrnorm" : "visual.ln_pre")
    let activation =
      switch configuration.activation {
      case .quickGELU: ReferenceLayers.quickGELU
      case .gelu: ReferenceLayers.gelu
      case .newGELU: preconditionFailure("no vision tower has it")
      }
    for layer in 0..<configuration.layers {
      x = ReferenceLayers.block(
        x, isHuggingFace ? huggingFaceBlock(layer) : openCLIPBlock(layer), heads: configuration.heads,
        activation: activation, epsilon: epsilon)
    }
    let pooled = normalize(
      ReferenceLayers.rows(x, 0..<1), isHuggingFace ? "vision_model.post_layernorm" : "visual.ln_post")
    guard configuration.projectionWidth != nil else { return pooled }
    let projection = isHuggingFace ? weights["visual_projection.weight"]!.transposed : weights["visual.proj"]!
    return pooled.times(projection)
  }

  private func huggingFaceBlock(_ index: Int) -> ReferenceBlockWeights {
    let prefix = "vision_model.encoder.layers.\(index)."
    let qkv = fused(["q", "k", "v"].map { prefix + "self_attn.\($0)_proj" })
    return ReferenceBlockWeights(
      norm1: norm(prefix + "layer_norm1"), qkv: qkv,
      output: layer(prefix + "self_attn.out_proj"), norm2: norm(prefix + "layer_norm2"),
      expand: layer(prefix + "mlp.fc1"), contract: layer(prefix + "mlp.fc2"))
  }

  private func openCLIPBlock(_ index: Int) -> ReferenceBlockWeights {
    let prefix = "visual.transformer.resblocks.\(index)."
    return ReferenceBlockWeights(
      norm1: norm(prefix + "ln_1"),
      qkv: (weights[prefix + "attn.in_proj_weight"]!, weights[prefix + "attn.in_proj_bias"]!.elements),
      output: layer(prefix + "attn.out_proj"), norm2: norm(prefix + "ln_2"), expand: layer(prefix + "mlp.c_fc"),
      contract: layer(prefix + "mlp.c_proj"))
  }
}
