import Testing

@testable import Merging

@Suite struct CoefficientGridTests {
  @Test func gridsLieAroundTheUsualCoefficient() {
    #expect(CoefficientGrid(around: 0.3).coefficients == [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1])
    #expect(CoefficientGrid(around: 1).coefficients == [0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.5, 2])
  }

  @Test func ofEqualTrialsTheFirstIsBest() {
    let trials = [(0.1, [0.5, 0.5]), (0.2, [1, 0.2]), (0.3, [0.2, 1])].map {
      MergeReport.Search.Trial(mergeCoefficient: $0.0, keptFraction: nil, agreement: $0.1)
    }
    #expect(CoefficientSearch.best(trials).mergeCoefficient == 0.2)
  }
}
