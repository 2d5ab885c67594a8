/// SortNet's comparator: a network with one hidden layer that takes two objects x and y, and has two outputs. N_> says that
/// x goes first, N_< that y does. x goes first where N_>(x, y) > N_<(x, y).
///
/// Every hidden unit has a dual with the weights of x and y exchanged and the same bias; the weights of the outputs are
/// exchanged likewise:
///
///     hᵢ = φ((aᵢ·x + bᵢ·y) + cᵢ),   kᵢ = φ((bᵢ·x + aᵢ·y) + cᵢ)
///     N_> = ψ(Σᵢ (pᵢ hᵢ + qᵢ kᵢ) + d),   N_< = ψ(Σᵢ (pᵢ kᵢ + qᵢ hᵢ) + d)
///
/// x, y [F] features, i in 0 ..< H; φ and ψ are `AlgebraicSigmoid`'s.
///
/// **N_>(x, y) = N_<(y, x) to the bit.** aᵢ·x and bᵢ·x are computed from x alone, features in order, whichever place x has
/// in the pair. Exchanging x and y then exchanges the operands of one addition, which commutes in floating point too, and
/// so turns hᵢ into kᵢ and kᵢ into hᵢ to the bit. What remains is one and the same expression, summed over i in order. So
/// a pair and its reverse are never judged differently, and two equal objects are a tie. Transitivity is not guaranteed.
///
/// Source: Rigutini, Papini, Maggini and Scarselli, SortNet: Learning To Rank By a Neural-Based Sorting Algorithm (LR4IR
/// 2008, arXiv:2311.01864), section on the neural comparator. The activation is this package's choice.
package struct Comparator: Equatable, Sendable {
  /// F.
  package let featureCount: Int
  /// H: as many hidden units as there are duals.
  package let hiddenCount: Int
  /// All parameters in one list: the input weights [F, 2, H], aᵢ before bᵢ; the hidden biases c [H]; the output weights
  /// [2, H], p before q; the output bias d.
  package internal(set) var parameters: [Double]

  /// - Precondition: at least one hidden unit, and as many parameters as the counts want.
  package init(featureCount: Int, hiddenCount: Int, parameters: [Double]) {
    precondition(featureCount >= 0 && hiddenCount >= 1)
    self.featureCount = featureCount
    self.hiddenCount = hiddenCount
    self.parameters = parameters
    precondition(parameters.count == outputBias + 1, "\(parameters.count) parameters for \(outputBias + 1)")
  }

  /// A random comparator: weights uniform within ±√(3/n) for the n inputs of a unit, which makes sums of inputs of variance
  /// 1 have variance 1; output bias 0.
  ///
  /// - Parameter round: tells apart the comparators of one seed.
  package init(featureCount: Int, hiddenCount: Int, seed: UInt64, round: Int = 0) {
    var stream = RandomStream(seed: seed, .weights, round: round)
    let inputs = (3 / Double(max(1, 2 * featureCount))).squareRoot()
    let outputs = (3 / Double(2 * hiddenCount)).squareRoot()
    var parameters = (0..<2 * featureCount * hiddenCount).map { _ in stream.symmetric(inputs) }
    parameters += (0..<hiddenCount).map { _ in stream.symmetric(1) }
    parameters += (0..<2 * hiddenCount).map { _ in stream.symmetric(outputs) }
    self.init(featureCount: featureCount, hiddenCount: hiddenCount, parameters: parameters + [0])
  }

  /// Columns of the input weights: aᵢ and bᵢ of all units.
  var width: Int { 2 * hiddenCount }

  // Where each kind begins among the parameters; the input weights are the first.
  var hiddenBiases: Int { featureCount * width }
  var outputWeights: Int { hiddenBiases + hiddenCount }
  var outputBias: Int { outputWeights + width }
}
