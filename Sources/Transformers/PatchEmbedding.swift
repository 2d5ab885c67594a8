/// How a vision tower embeds patches.
///
///     x₀ = norm([class, patches·Wᵀ + b] + position)          without a norm the sum itself
struct PatchEmbedding: Sendable {
  let classToken: Int
  /// W [C, channels, patch, patch].
  let patch: Int
  /// b [C], or nil for none.
  let patchBias: Int?
  /// [N, C], or a row for each place that `interpolation` makes N of.
  let position: Int
  /// Nil where positions are used as they are.
  let interpolation: PositionInterpolation?
  let norm: (weight: Int, bias: Int)?
}
