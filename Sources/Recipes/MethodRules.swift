import Merging

/// What a method asks of `merge_coefficient` and `initial_kept_fraction`.
extension MergeMethod {
  /// λ or λ₀ where the recipe gives none; nil: the recipe must, or the method has none.
  func defaultMergeCoefficient(origin: Origin) -> Double? {
    if measuresFromMean(origin: origin) { return nil }
    switch self {
    case .adarank, .adamerging, .taskArithmetic: return 0.3
    case .tsvM, .isoC, .isoCTS, .ties, .consensusTA: return 1
    case .average, .cart: return nil
    }
  }

  /// Whether task vectors are re-centred on the models' mean. The best coefficient and fraction then
  /// depend on the models so much that there is no default.
  func measuresFromMean(origin: Origin) -> Bool {
    self == .cart || (learns && origin == .cart)
  }

  /// What a learning method learns where the recipe does not say.
  var defaultLearn: Set<Learnable> {
    self == .adamerging ? [.coefficients] : LearningSettings().learn
  }
}
