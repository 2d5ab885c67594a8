extension Encoder {
  /// CLIP's text transformer, whose last token stands for the text.
  ///
  ///     x₀ = word + position,   xₗ₊₁ = blockₗ(xₗ) with causal attention,   f = norm(x_L at the last token)·Pᵀ
  ///
  /// Source: Radford et al., CLIP (arXiv:2103.00020).
  package init(_ configuration: CLIPTextConfiguration) {
    var list = ParameterList()
    let (width, mlp) = (configuration.width, configuration.mlpWidth)
    let isHuggingFace = configuration.naming == .huggingFace
    let embeddings = isHuggingFace ? "text_model.embeddings." : ""
    embedding = .tokens(
      TokenEmbedding(
        word: list.append(embeddings + "token_embedding.weight", [configuration.vocabulary, width], role: .frozen),
        position: list.append(
          isHuggingFace ? embeddings + "position_embedding.weight" : "positional_embedding",
          [configuration.positions, width], role: .frozen),
        type: nil, norm: nil))

    var attention = Attention(heads: configuration.heads, width: width)
    attention.isCausal = true
    blocks = (0..<configuration.layers).map { layer in
      list.stage = layer + 1
      let parameters =
        isHuggingFace
        ? list.appendHuggingFaceBlock("text_model.encoder.layers.\(layer).", width: width, mlp: mlp)
        : list.appendOpenCLIPBlock("transformer.resblocks.\(layer).", width: width, mlp: mlp)
      return TransformerBlock(
        parameters: parameters, attention: attention, mlpWidth: mlp, activation: configuration.activation,
        epsilon: configuration.epsilon, pooledToken: .last, pools: layer == configuration.layers - 1)
    }

    list.stage = configuration.layers + 1
    pooledNorm = list.appendNorm(isHuggingFace ? "text_model.final_layer_norm" : "ln_final", width)
    projection = Projection(
      weight: isHuggingFace
        ? list.append("text_projection.weight", [configuration.projectionWidth, width])
        : list.append("text_projection", [width, configuration.projectionWidth]),
      bias: nil, isTransposed: !isHuggingFace, hasTanh: false)
    input = .text(TextConfiguration(configuration))
    self.width = width
    mlpWidth = mlp
    epsilon = configuration.epsilon
    featureWidth = configuration.projectionWidth
    layout = ParameterLayout(list.parameters)
  }
}
