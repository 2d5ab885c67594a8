import Testing

@testable import Merging

@Suite struct RankRoundingTests {
  /// The paper's table: twelve value projections of BERT-base.
  private let published = [
    0.1067335, 0.2673352, 0.5113052, 0.64961135, 0.66023976, 0.6209688, 0.59066254, 0.61314476, 0.6017301, 0.72589016,
    0.72327375, 0.570347,
  ]

  @Test func floorGivesThePublishedRanks() {
    let ranks = RankRounding.floor.ranks(published, average: 8, limits: [Int](repeating: 768, count: 12))
    #expect(ranks == [1, 3, 7, 9, 9, 8, 8, 8, 8, 10, 10, 8])
  }

  /// The seven ranks that floor loses go to the largest remainders.
  @Test func largestRemainderLosesNone() {
    let ranks = RankRounding.largestRemainder.ranks(published, average: 8, limits: [Int](repeating: 768, count: 12))
    #expect(ranks == [2, 4, 7, 9, 10, 9, 9, 9, 9, 10, 10, 8])
    #expect(ranks.reduce(0, +) == 96)
  }

  @Test(arguments: RankRounding.allCases) func equalModulesGetEqualRanks(_ rounding: RankRounding) {
    for value in [0, 0.1, 0.7, 1e-12, 3e20] {
      for count in 1...30 {
        let ranks = rounding.ranks(
          [Double](repeating: value, count: count), average: 7, limits: [Int](repeating: 9, count: count))
        #expect(ranks == [Int](repeating: 7, count: count))
      }
    }
  }

  /// What a module cannot take goes to the others, in proportion.
  @Test func excessGoesToTheOthers() {
    #expect(RankRounding.largestRemainder.ranks([8, 1, 1], average: 10, limits: [6, 90, 90]) == [6, 12, 12])
    #expect(RankRounding.floor.ranks([8, 2, 1], average: 10, limits: [6, 90, 90]) == [6, 16, 8])
    #expect(RankRounding.largestRemainder.ranks([5, 3], average: 50, limits: [6, 7]) == [6, 7])
    #expect(RankRounding.largestRemainder.ranks([1, 0, 0], average: 4, limits: [2, 9, 9]) == [2, 5, 5])
    // Minima take from those that have more.
    #expect(RankRounding.largestRemainder.ranks([98, 1, 1], average: 2, limits: [90, 90, 90]) == [4, 1, 1])
  }

  /// All small cases: the budget is kept exactly as far as limits allow, bounds hold, more disagreement never means a lower
  /// rank, and without bounds in the way a rank is its share rounded up or down.
  @Test(arguments: 1...4) func allSmallCasesKeepTheBudget(count: Int) {
    let (weights, limits) = ([0.0, 1, 2, 5], count < 4 ? [1, 2, 8] : [2, 8])
    for average in 1...3 {
      withEvery(weights, count) { disagreements in
        withEvery(limits, count) { limits in
          check(disagreements, average, limits)
        }
      }
    }
  }

  private func check(_ disagreements: [Double], _ average: Int, _ limits: [Int]) {
    let (count, budget) = (limits.count, average * limits.count)
    let ranks = RankRounding.largestRemainder.ranks(disagreements, average: average, limits: limits)
    let floors = RankRounding.floor.ranks(disagreements, average: average, limits: limits)
    let sum = disagreements.reduce(0, +)
    let shares = disagreements.map { sum > 0 ? Double(budget) * $0 / sum : Double(average) }
    let isFree = zip(shares, limits).allSatisfy { $0 >= 1 && $0 <= Double($1) }
    var problems: [String] = []
    if ranks.reduce(0, +) != min(budget, limits.reduce(0, +)) { problems.append("budget") }
    if !zip(ranks, limits).allSatisfy({ (1...$1).contains($0) }) { problems.append("bounds") }
    if floors.reduce(0, +) > budget || !zip(floors, limits).allSatisfy({ (0...$1).contains($0) }) {
      problems.append("floor's bounds")
    }
    for i in 0..<count {
      for j in 0..<count where disagreements[i] > disagreements[j] && limits[i] >= limits[j] {
        if ranks[i] < ranks[j] || floors[i] < floors[j] { problems.append("order of \(i) and \(j)") }
      }
      if isFree {
        if abs(Double(ranks[i]) - shares[i]) >= 1 { problems.append("share of \(i)") }
        if Double(floors[i]) != shares[i].rounded(.down), abs(Double(floors[i]) - shares[i]) > 1e-6 {
          problems.append("floor of \(i)")
        }
      }
    }
    #expect(problems.isEmpty, "\(disagreements), \(average), \(limits): \(ranks), \(floors)")
  }

  /// Every list of so many of some values.
  private func withEvery<Value>(_ values: [Value], _ count: Int, _ body: ([Value]) -> Void) {
    func extend(_ list: [Value]) {
      guard list.count < count else { return body(list) }
      for value in values { extend(list + [value]) }
    }
    extend([])
  }
}
