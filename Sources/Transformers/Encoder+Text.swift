extension Encoder {
  /// BERT, RoBERTa or GPT-2.
  ///
  ///     x₀ = norm(word + position + type),   xₗ₊₁ = blockₗ(xₗ)
  ///     f = x_L at the first token (RoBERTa),  tanh(x_L·Wᵀ + b) at the first (BERT),  norm(x_L) at the last (GPT-2)
  ///
  /// Sources: Devlin et al., BERT (arXiv:1810.04805); Liu et al., RoBERTa (arXiv:1907.11692); Radford et al., Language
  /// Models are Unsupervised Multitask Learners (2019).
  package init(_ configuration: TextConfiguration) {
    var list = ParameterList()
    let (width, mlp, prefix) = (configuration.width, configuration.mlpWidth, configuration.prefix)
    let isGPT2 = configuration.family == .gpt2
    let embeddings = isGPT2 ? prefix : prefix + "embeddings."
    func table(_ name: String, _ rows: Int) -> Int {
      list.append(embeddings + name + ".weight", [rows, width], role: .frozen)
    }
    embedding = .tokens(
      TokenEmbedding(
        word: table(isGPT2 ? "wte" : "word_embeddings", configuration.vocabulary),
        position: table(isGPT2 ? "wpe" : "position_embeddings", configuration.positions),
        type: configuration.types > 0 ? table("token_type_embeddings", configuration.types) : nil,
        norm: isGPT2 ? nil : list.appendNorm(embeddings + "LayerNorm", width, role: .frozen)))

    var attention = Attention(heads: configuration.heads, width: width)
    attention.isCausal = isGPT2
    blocks = (0..<configuration.layers).map { layer in
      list.stage = layer + 1
      let parameters =
        isGPT2
        ? list.appendGPT2Block("\(prefix)h.\(layer).", width: width, mlp: mlp)
        : list.appendBERTBlock("\(prefix)encoder.layer.\(layer).", width: width, mlp: mlp)
      return TransformerBlock(
        parameters: parameters, attention: attention, mlpWidth: mlp, activation: configuration.activation,
        epsilon: configuration.epsilon, normalization: isGPT2 ? .before : .behind, isTransposed: isGPT2,
        pooledToken: isGPT2 ? .last : .first, pools: layer == configuration.layers - 1)
    }

    list.stage = configuration.layers + 1
    pooledNorm = isGPT2 ? list.appendNorm(prefix + "ln_f", width) : nil
    if configuration.family == .bert {
      let pooler = list.appendLinear(prefix + "pooler.dense", width, width, role: .scaled)
      projection = Projection(weight: pooler.weight, bias: pooler.bias, isTransposed: false, hasTanh: true)
    } else {
      projection = nil
    }
    input = .text(configuration)
    self.width = width
    mlpWidth = mlp
    epsilon = configuration.epsilon
    featureWidth = width
    layout = ParameterLayout(list.parameters)
  }
}

extension ParameterList {
  fileprivate mutating func appendBERTBlock(_ prefix: String, width: Int, mlp: Int) -> TransformerBlock.Parameters {
    let qkv = appendProjections(["query", "key", "value"].map { prefix + "attention.self." + $0 }, width: width)
    let output = appendLinear(prefix + "attention.output.dense", width, width)
    return TransformerBlock.Parameters(
      norm1: appendNorm(prefix + "attention.output.LayerNorm", width), qkv: qkv, output: output,
      norm2: appendNorm(prefix + "output.LayerNorm", width),
      expand: appendLinear(prefix + "intermediate.dense", mlp, width),
      contract: appendLinear(prefix + "output.dense", width, mlp))
  }

  fileprivate mutating func appendGPT2Block(_ prefix: String, width: Int, mlp: Int) -> TransformerBlock.Parameters {
    let norm1 = appendNorm(prefix + "ln_1", width)
    let qkv = appendLinear(prefix + "attn.c_attn", 3 * width, width, isTransposed: true)
    return TransformerBlock.Parameters(
      norm1: norm1, qkv: ([qkv.weight], [qkv.bias]),
      output: appendLinear(prefix + "attn.c_proj", width, width, isTransposed: true),
      norm2: appendNorm(prefix + "ln_2", width),
      expand: appendLinear(prefix + "mlp.c_fc", mlp, width, isTransposed: true),
      contract: appendLinear(prefix + "mlp.c_proj", width, mlp, isTransposed: true))
  }
}
