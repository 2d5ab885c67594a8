/// How a text encoder embeds tokens.
///
///     x₀ = norm(word + position + type)          GPT-2: x₀ = word + position
struct TokenEmbedding: Sendable {
  /// [vocabulary, C].
  let word: Int
  /// [positions, C].
  let position: Int
  /// [types, C], or nil where there are no types.
  let type: Int?
  let norm: (weight: Int, bias: Int)?
}
