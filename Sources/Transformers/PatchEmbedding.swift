/// How a vision tower embeds patches.
///
///     x₀ = norm([class, patches·Wᵀ] + position)
struct PatchEmbedding: Sendable {
  let classToken: Int
  /// W [C, channels, patch, patch].
  let patch: Int
  /// [N, C].
  let position: Int
  let norm: (weight: Int, bias: Int)
}
