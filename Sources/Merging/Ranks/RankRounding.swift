/// How disagreements become whole ranks.
///
///     kⱼ ∝ dⱼ,   Σ kⱼ = k_avg · (number of modules),   kⱼ ≤ min(m, n) of its module
///
/// What a module cannot take goes to the others, in proportion to their disagreements.
package enum RankRounding: String, CaseIterable, Sendable {
  /// kⱼ is at least 1. Shares are rounded down, and the ranks that are left go to the largest remainders: none is lost.
  case largestRemainder = "largest-remainder"
  /// Shares are rounded down, as published: some of the budget is lost, and kⱼ may be 0.
  case floor

  /// The ranks of modules.
  ///
  /// - Parameters:
  ///   - disagreements: dⱼ, not negative. Where none is above 0, modules are alike.
  ///   - average: k_avg, at least 1.
  ///   - limits: the largest rank of each, at least 1.
  package func ranks(_ disagreements: [Double], average: Int, limits: [Int]) -> [Int] {
    precondition(average >= 1 && disagreements.count == limits.count && limits.allSatisfy { $0 >= 1 })
    let budget = min(average * limits.count, limits.reduce(0, +))
    let least = self == .floor ? 0.0 : 1.0
    let shares = Self.shares(of: Double(budget), disagreements, bounds: limits.map { least...Double($0) })
    // Equal shares are whole numbers, and must not lose a rank to rounding.
    var ranks = shares.map { Int($0 + 1e-9) }
    guard self == .largestRemainder else { return ranks }
    let remainders = zip(shares, ranks).map { $0 - Double($1) }
    let byRemainder = shares.indices.sorted { (remainders[$1], $0) < (remainders[$0], $1) }
    var left = budget - ranks.reduce(0, +)
    while left > 0 {
      for index in byRemainder where left > 0 && ranks[index] < limits[index] {
        ranks[index] += 1
        left -= 1
      }
    }
    return ranks
  }

  /// Divides a sum in proportion to weights, each share within its bounds.
  ///
  /// Shares out of bounds are moved there; of those below and those above, the ones that move the sum more stay, and the
  /// others share the rest anew.
  ///
  /// - Precondition: the sum lies between those of the bounds.
  static func shares(of total: Double, _ weights: [Double], bounds: [ClosedRange<Double>]) -> [Double] {
    var shares = [Double?](repeating: nil, count: weights.count)
    while true {
      let free = shares.indices.filter { shares[$0] == nil }
      let rest = total - shares.reduce(0) { $0 + ($1 ?? 0) }
      let sum = free.reduce(0) { $0 + weights[$1] }
      let wanted = free.map { sum > 0 ? rest * (weights[$0] / sum) : rest / Double(free.count) }
      let moved = zip(free, wanted).map { index, share in
        min(max(share, bounds[index].lowerBound), bounds[index].upperBound) - share
      }
      let movement = moved.reduce(0, +)
      let stays: (Double) -> Bool =
        moved.allSatisfy { $0 == 0 } ? { _ in true } : { movement >= 0 ? $0 > 0 : $0 < 0 }
      for (place, index) in free.enumerated() where stays(moved[place]) { shares[index] = wanted[place] + moved[place] }
      if !shares.contains(nil) { return shares.map { $0! } }
    }
  }
}
