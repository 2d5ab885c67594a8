import Merging

/// What a method asks of `merge_coefficient` and `initial_kept_fraction`.
extension MergeMethod {
  /// λ or λ₀ where the recipe gives none; nil: the recipe must, or the method has none.
  func defaultMergeCoefficient(origin: Origin) -> Double? {
    if measuresFromMean(origin: origin) { return nil }
    if learns, origin.joinsTasks { return 1 }
    switch self {
    case .adarank, .adamerging, .taskArithmetic: return 0.3
    case .tsvM, .isoC, .isoCTS, .ties, .consensusTA: return 1
    case .average, .linear, .cart: return nil
    }
  }

  /// The share of task vectors' entries that count where the recipe gives none; nil: the method trims nothing.
  var defaultDensity: Double? {
    if learns { return LearningSettings().density }
    return self == .ties ? StaticSettings().density : nil
  }

  /// Whether a sum is divided by the sum of the models' weights where the recipe does not say; nil: the method has no such
  /// choice.
  var defaultNormalizes: Bool? {
    switch self {
    case .linear: true
    case .taskArithmetic: false
    default: nil
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
