/// The coefficients, and for CART the kept fractions, that a merge chooses among.
///
/// The grids were fixed without labels, once for all collections.
package struct CoefficientGrid: Equatable, Sendable {
  /// λ or λ₀, ascending.
  package var coefficients: [Double]
  /// Nil where the fraction is given.
  package var keptFractions: [Double]?

  package init(coefficients: [Double], keptFractions: [Double]? = nil) {
    self.coefficients = coefficients
    self.keptFractions = keptFractions
  }

  /// Around a method's usual coefficient.
  package init(around usual: Double) {
    let factors: [Double] =
      usual < 1 ? [0.5, 1, 2, 3, 4, 5, 7, 10].map { $0 / 3 } : [0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.5, 2]
    // 0.1 and not 0.09999999999999999.
    self.init(coefficients: factors.map { (1e6 * $0 * usual).rounded() / 1e6 })
  }

  /// For task vectors around the models' mean.
  package static let centred = CoefficientGrid(coefficients: [0.5, 1, 1.5, 2, 2.5, 3])
  package static let keptFractions = [0.04, 0.08, 0.16, 0.32]
}
