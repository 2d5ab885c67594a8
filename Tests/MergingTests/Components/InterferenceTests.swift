import TestSupport
import Testing

@testable import Merging

@Suite struct InterferenceTests {
  @Test func everyMergeSaysWhatTasksHaveInCommonOnEveryNumberOfRanks() throws {
    var found: Set<[String]> = []
    for ranks in 1...4 {
      let outcome = try MPIRun.check("interference", ranks: ranks)
      #expect(outcome.holds, "\(ranks) ranks: \(outcome.output)")
      found.insert(outcome.lines.filter { $0.hasPrefix("digest interference") })
    }
    #expect(found.count == 1 && found.first?.count == 31, "\(found)")
  }

  /// Cosines that are no numbers could not be written.
  @Test(arguments: [0, .infinity]) func aVectorOfNoughtsOrWithoutEndHasNothingInCommon(_ square: Double) {
    for product in [0, square] {
      let interference = Interference(
        start: .base, tasks: 2, products: [TaskVectorProducts(tasks: 2, values: [4, product, square])])
      #expect(interference.cosines == [[1, 0], [0, 0]])
    }
  }

  @Test func matricesCountByTheirSize() {
    let products = [[1, 1, 1], [99, 0, 99]].map { TaskVectorProducts(tasks: 2, values: $0) }
    let interference = Interference(start: .mean, tasks: 2, products: products)
    #expect(interference.cosines == [[1, 0.01], [0.01, 1]])
    #expect(interference.isOf(2) && !interference.isOf(3))
  }
}
