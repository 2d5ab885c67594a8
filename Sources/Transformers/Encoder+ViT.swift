extension Encoder {
  /// `ViTModel` or `Dinov2Model` of transformers.
  ///
  ///     x₀ = [class, patches·Wᵀ + b] + position,   xₗ₊₁ = blockₗ(xₗ),   z = norm(x_L)
  ///     f = z at the class token; DINOv2 with its classifier: [z at the class token, mean of z over the patches]
  ///
  /// Sources: Dosovitskiy et al., An Image is Worth 16x16 Words (arXiv:2010.11929); Oquab et al., DINOv2
  /// (arXiv:2304.07193).
  package init(_ configuration: ViTConfiguration) {
    var list = ParameterList()
    let (width, mlp, prefix) = (configuration.width, configuration.mlpWidth, configuration.prefix)
    let (pictures, grid) = (configuration.pictures, configuration.positionGrid)
    let embeddings = prefix + "embeddings."
    embedding = .patches(
      PatchEmbedding(
        classToken: list.append(embeddings + "cls_token", [1, 1, width]),
        patch: list.append(
          embeddings + "patch_embeddings.projection.weight",
          [width, pictures.channels, pictures.patchSize, pictures.patchSize]),
        patchBias: list.append(embeddings + "patch_embeddings.projection.bias", [width]),
        position: list.append(embeddings + "position_embeddings", [1, grid * grid + 1, width]),
        interpolation: grid == pictures.grid ? nil : PositionInterpolation(from: grid, to: pictures.grid), norm: nil))

    let attention = Attention(heads: configuration.heads, width: width)
    blocks = (0..<configuration.layers).map { layer in
      list.stage = layer + 1
      return TransformerBlock(
        parameters: list.appendBlock("\(prefix)encoder.layer.\(layer).", configuration), attention: attention,
        mlpWidth: mlp, activation: configuration.activation, epsilon: configuration.epsilon,
        pools: layer == configuration.layers - 1 && !configuration.joinsPatches)
    }

    list.stage = configuration.layers + 1
    pooledNorm = list.appendNorm(prefix + "layernorm", width)
    projection = nil
    joinsPatches = configuration.joinsPatches
    input = .pictures(.vit(configuration))
    self.width = width
    mlpWidth = mlp
    epsilon = configuration.epsilon
    featureWidth = configuration.featureWidth
    layout = ParameterLayout(list.parameters)
  }
}

extension ParameterList {
  fileprivate mutating func appendBlock(
    _ prefix: String, _ configuration: ViTConfiguration
  ) -> TransformerBlock.Parameters {
    let (width, mlp) = (configuration.width, configuration.mlpWidth)
    let isDINO = configuration.family == .dinov2
    let norm1 = appendNorm(prefix + (isDINO ? "norm1" : "layernorm_before"), width)
    let qkv = appendProjections(
      ["query", "key", "value"].map { prefix + "attention.attention." + $0 }, width: width,
      hasBiases: configuration.hasProjectionBiases)
    let output = appendLinear(prefix + "attention.output.dense", width, width)
    let scale1 = isDINO ? append(prefix + "layer_scale1.lambda1", [width]) : nil
    let norm2 = appendNorm(prefix + (isDINO ? "norm2" : "layernorm_after"), width)
    let expand = appendLinear(prefix + (isDINO ? "mlp.fc1" : "intermediate.dense"), mlp, width)
    let contract = appendLinear(prefix + (isDINO ? "mlp.fc2" : "output.dense"), width, mlp)
    return TransformerBlock.Parameters(
      norm1: norm1, qkv: qkv, output: output, norm2: norm2, expand: expand, contract: contract,
      scales: scale1.map { ($0, append(prefix + "layer_scale2.lambda1", [width])) })
  }
}
