import Foundation
import Merging
import SortNet
import Testing

@testable import Priors

@Suite struct ComponentOrderTests {
  /// Kept is what the other tasks do not work against.
  static func table(_ seed: UInt64) -> ComponentTable {
    SampleTables.table(seed: seed) { place, pull in pull > -0.2 && place < 20 }
  }

  static let order = try? ComponentOrder(
    learningFrom: [table(1), table(2)], settings: TrainingSettings(hiddenCount: 8, rounds: 15))

  @Test func aRuleIsFoundOnAMergeThatWasNeverSeen() throws {
    let order = try #require(Self.order)
    let table = Self.table(3)
    let outcomes = table.outcomes()
    let learnt = OrderQuality(order: order.order(table), outcomes: outcomes)
    let bySize = OrderQuality(order: OrderQuality.order(by: table.singularValues), outcomes: outcomes)
    #expect(learnt.kept > 0.93, "\(learnt)")
    #expect(learnt.pruned > 0.9, "\(learnt)")
    #expect(learnt.kept > bySize.kept + 0.1, "\(bySize)")
  }

  @Test func asManyAreKeptAsTheMergesKept() throws {
    let order = try #require(Self.order)
    let table = Self.table(3)
    let logits = order.maskLogits(table)
    #expect(
      logits.mapValues { $0.map(\.count) }
        == Dictionary(
          uniqueKeysWithValues: table.matrices.map { ($0.name, $0.singularValues.map(\.count)) }))
    let all = table.matrices.flatMap { logits[$0.name]!.flatMap { $0 } }
    #expect(all.count { $0 > 0 } == Int((order.keptFraction * Double(all.count)).rounded()))
    #expect(all.max() == 0.1)
    #expect(all.min()! >= -0.1)
    // The first have the largest logits.
    let places = order.order(table)
    #expect(zip(places, places.dropFirst()).allSatisfy { all[$0] >= all[$1] })
  }

  @Test func theSameMergesGiveTheSameBytesAndAreReadBack() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("order-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    let order = try #require(Self.order)
    try order.write(to: url.path)
    let first = try Data(contentsOf: url)
    let read = try ComponentOrder(path: url.path)
    #expect(read.model == order.model)
    #expect(read.keptFraction == order.keptFraction)
    let again = try ComponentOrder(
      learningFrom: [Self.table(1), Self.table(2)], settings: TrainingSettings(hiddenCount: 8, rounds: 15))
    try again.write(to: url.path)
    #expect(try Data(contentsOf: url) == first)
    try order.model.write(to: url.path)
    let error = #expect(throws: InputError.self) { try ComponentOrder(path: url.path) }
    #expect(error?.findings == ["\(url.path): is not an order of components that 'order train' wrote"])
  }

  @Test func withoutAnOutcomeThereIsNothingToLearn() {
    #expect(throws: InputError.self) {
      try ComponentOrder(
        learningFrom: [SampleTables.table(seed: 1) { _, _ in true }], settings: TrainingSettings(hiddenCount: 2))
    }
  }

  @Test func everyFifthMatrixValidates() {
    let (training, validation) = ComponentOrder.split([Self.table(1)])
    #expect(validation[0].matrices == [4, 9])
    #expect(training[0].matrices == [0, 1, 2, 3, 5, 6, 7, 8])
  }
}
