import Testing

@testable import Launch

@Suite struct ProcessorsTests {
  @Test func siblingsAreOneCore() {
    // Four cores of two processors each, numbered as Linux does on most machines.
    func siblings(_ processor: Int) -> String? { "\(processor % 4),\(processor % 4 + 4)\n" }
    #expect(Processors.coreCount(of: Set(0..<8), siblings: siblings) == 4)
    #expect(Processors.coreCount(of: [1, 5], siblings: siblings) == 1)
    #expect(Processors.coreCount(of: [0, 1, 5], siblings: siblings) == 2)
    #expect(Processors.coreCount(of: [], siblings: siblings) == 0)
  }

  @Test func processorsAreCountedWhereCoresAreNotKnown() {
    #expect(Processors.coreCount(of: Set(0..<8)) { _ in nil } == 8)
    #expect(Processors.coreCount(of: Set(0..<8)) { $0 == 3 ? nil : "0-7" } == 8)
  }

  @Test func thisMachineHasCores() {
    let processors = Processors.allowed()
    #expect((1...processors.count).contains(Processors.coreCount(of: processors)))
  }
}
