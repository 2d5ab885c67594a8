import LinearAlgebra

/// CLIP's vision transformer: its parameters by the checkpoint's names, and their places in the computation.
///
///     x₀ = norm([class, patches·Wᵀ] + position),   xₗ₊₁ = blockₗ(xₗ),   f = norm(x_L at the class token)·Pᵀ
///
/// Stage 0 is the embedding, stages 1 ... L the blocks, stage L + 1 normalises and projects.
///
/// Source: Radford et al., CLIP (arXiv:2103.00020).
package struct CLIPVisionTower: Sendable {
  package let configuration: CLIPVisionConfiguration
  package let layout: ParameterLayout

  let classEmbedding: Int
  let patchEmbedding: Int
  let positionEmbedding: Int
  let preNorm: (weight: Int, bias: Int)
  let blocks: [TransformerBlock]
  let postNorm: (weight: Int, bias: Int)
  /// Index of the projection, and whether it is stored [C, features] (OpenCLIP) and not [features, C].
  let projection: (index: Int, isTransposed: Bool)?

  package var stageCount: Int { configuration.layers + 2 }

  package init(_ configuration: CLIPVisionConfiguration) {
    self.configuration = configuration
    var list = ParameterList()
    let (width, mlp) = (configuration.width, configuration.mlpWidth)
    let isHuggingFace = configuration.naming == .huggingFace
    let embeddings = isHuggingFace ? "vision_model.embeddings." : "visual."
    classEmbedding = list.append(embeddings + "class_embedding", [width])
    patchEmbedding = list.append(
      embeddings + (isHuggingFace ? "patch_embedding.weight" : "conv1.weight"),
      [width, configuration.channels, configuration.patchSize, configuration.patchSize])
    positionEmbedding = list.append(
      embeddings + (isHuggingFace ? "position_embedding.weight" : "positional_embedding"),
      [configuration.tokens, width])
    // Hugging Face's name is spelt so.
    preNorm = list.appendNorm(isHuggingFace ? "vision_model.pre_layrnorm" : "visual.ln_pre", width)

    let attention = Attention(heads: configuration.heads, width: width)
    blocks = (0..<configuration.layers).map { layer in
      list.stage = layer + 1
      let parameters =
        isHuggingFace
        ? list.appendHuggingFaceBlock("vision_model.encoder.layers.\(layer).", width: width, mlp: mlp)
        : list.appendOpenCLIPBlock("visual.transformer.resblocks.\(layer).", width: width, mlp: mlp)
      return TransformerBlock(
        parameters: parameters, attention: attention, mlpWidth: mlp, activation: configuration.activation,
        epsilon: configuration.epsilon, tokens: configuration.tokens, pools: layer == configuration.layers - 1)
    }

    list.stage = configuration.layers + 1
    postNorm = list.appendNorm(isHuggingFace ? "vision_model.post_layernorm" : "visual.ln_post", width)
    projection = configuration.projectionWidth.map { features in
      isHuggingFace
        ? (list.append("visual_projection.weight", [features, width]), false)
        : (list.append("visual.proj", [width, features]), true)
    }
    layout = ParameterLayout(list.parameters)
  }
}

/// Parameters in the order in which they lie in memory.
private struct ParameterList {
  var parameters: [EncoderParameter] = []
  var stage = 0

  /// - Returns: the parameter's index.
  mutating func append(
    _ name: String, _ shape: [Int], role: ParameterRole = .scaled, continuesPrevious: Bool = false
  ) -> Int {
    parameters.append(
      EncoderParameter(name, shape, role: role, stage: stage, continuesPrevious: continuesPrevious))
    return parameters.count - 1
  }

  mutating func appendNorm(_ name: String, _ width: Int) -> (weight: Int, bias: Int) {
    (append(name + ".weight", [width]), append(name + ".bias", [width]))
  }

  mutating func appendLinear(_ name: String, _ out: Int, _ width: Int) -> (weight: Int, bias: Int) {
    (append(name + ".weight", [out, width], role: .masked), append(name + ".bias", [out]))
  }

  mutating func appendHuggingFaceBlock(_ prefix: String, width: Int, mlp: Int) -> TransformerBlock.Parameters {
    let projections = ["q_proj", "k_proj", "v_proj"].map { prefix + "self_attn." + $0 }
    let weights = projections.enumerated().map { place, name in
      append(name + ".weight", [width, width], role: .masked, continuesPrevious: place > 0)
    }
    let biases = projections.enumerated().map { place, name in
      append(name + ".bias", [width], continuesPrevious: place > 0)
    }
    return TransformerBlock.Parameters(
      norm1: appendNorm(prefix + "layer_norm1", width), qkv: (weights, biases),
      output: appendLinear(prefix + "self_attn.out_proj", width, width),
      norm2: appendNorm(prefix + "layer_norm2", width), expand: appendLinear(prefix + "mlp.fc1", mlp, width),
      contract: appendLinear(prefix + "mlp.fc2", width, mlp))
  }

  mutating func appendOpenCLIPBlock(_ prefix: String, width: Int, mlp: Int) -> TransformerBlock.Parameters {
    let weight = append(prefix + "attn.in_proj_weight", [3 * width, width], role: .masked)
    let bias = append(prefix + "attn.in_proj_bias", [3 * width])
    return TransformerBlock.Parameters(
      norm1: appendNorm(prefix + "ln_1", width), qkv: ([weight], [bias]),
      output: appendLinear(prefix + "attn.out_proj", width, width), norm2: appendNorm(prefix + "ln_2", width),
      expand: appendLinear(prefix + "mlp.c_fc", mlp, width), contract: appendLinear(prefix + "mlp.c_proj", width, mlp))
  }
}

extension CLIPVisionTower {
  /// Whether a parameter is the projection, which a checkpoint of the tower alone is without.
  package func isProjection(_ index: Int) -> Bool { projection?.index == index }
}
