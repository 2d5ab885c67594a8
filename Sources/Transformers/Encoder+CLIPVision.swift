extension Encoder {
  /// CLIP's vision transformer.
  ///
  ///     x₀ = norm([class, patches·Wᵀ] + position),   xₗ₊₁ = blockₗ(xₗ),   f = norm(x_L at the class token)·Pᵀ
  ///
  /// Source: Radford et al., CLIP (arXiv:2103.00020).
  package init(_ configuration: CLIPVisionConfiguration) {
    var list = ParameterList()
    let (width, mlp) = (configuration.width, configuration.mlpWidth)
    let isHuggingFace = configuration.naming == .huggingFace
    let embeddings = isHuggingFace ? "vision_model.embeddings." : "visual."
    let classToken = list.append(embeddings + "class_embedding", [width])
    let patch = list.append(
      embeddings + (isHuggingFace ? "patch_embedding.weight" : "conv1.weight"),
      [width, configuration.channels, configuration.patchSize, configuration.patchSize])
    let position = list.append(
      embeddings + (isHuggingFace ? "position_embedding.weight" : "positional_embedding"),
      [configuration.pictures.tokens, width])
    // Hugging Face's name is spelt so.
    let preNorm = list.appendNorm(isHuggingFace ? "vision_model.pre_layrnorm" : "visual.ln_pre", width)

    let attention = Attention(heads: configuration.heads, width: width)
    blocks = (0..<configuration.layers).map { layer in
      list.stage = layer + 1
      let parameters =
        isHuggingFace
        ? list.appendHuggingFaceBlock("vision_model.encoder.layers.\(layer).", width: width, mlp: mlp)
        : list.appendOpenCLIPBlock("visual.transformer.resblocks.\(layer).", width: width, mlp: mlp)
      return TransformerBlock(
        parameters: parameters, attention: attention, mlpWidth: mlp, activation: configuration.activation,
        epsilon: configuration.epsilon, pools: layer == configuration.layers - 1)
    }

    list.stage = configuration.layers + 1
    pooledNorm = list.appendNorm(isHuggingFace ? "vision_model.post_layernorm" : "visual.ln_post", width)
    projection = configuration.projectionWidth.map { features in
      Projection(
        weight: isHuggingFace
          ? list.append("visual_projection.weight", [features, width])
          : list.append("visual.proj", [width, features]),
        bias: nil, isTransposed: !isHuggingFace, hasTanh: false)
    }
    embedding = .patches(
      PatchEmbedding(
        classToken: classToken, patch: patch, patchBias: nil, position: position, interpolation: nil, norm: preNorm))
    input = .pictures(.clip(configuration))
    self.width = width
    mlpWidth = mlp
    epsilon = configuration.epsilon
    featureWidth = configuration.featureWidth
    layout = ParameterLayout(list.parameters)
  }
}

/// The blocks of both of CLIP's towers.
extension ParameterList {
  mutating func appendHuggingFaceBlock(_ prefix: String, width: Int, mlp: Int)
    -> TransformerBlock.Parameters
  {
    let qkv = appendProjections(["q_proj", "k_proj", "v_proj"].map { prefix + "self_attn." + $0 }, width: width)
    return TransformerBlock.Parameters(
      norm1: appendNorm(prefix + "layer_norm1", width), qkv: qkv,
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
