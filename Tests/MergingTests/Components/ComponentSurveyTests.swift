import TestSupport
import Testing

@Suite struct ComponentSurveyTests {
  @Test func componentsAreWhatTheirDefinitionsSayOnEveryNumberOfRanks() throws {
    var digests: [String: Set<String>] = [:]
    for ranks in 1...4 {
      let outcome = try MPIRun.check("component-survey", ranks: ranks)
      #expect(outcome.holds, "\(ranks) ranks: \(outcome.output)")
      for line in outcome.output.split(separator: "\n") where line.hasPrefix("digest components") {
        let words = line.split(separator: " ")
        digests[words.dropLast().joined(separator: " "), default: []].insert(String(words.last!))
      }
    }
    #expect(digests.count == 5)
    #expect(digests.allSatisfy { $0.value.count == 1 }, "\(digests)")
  }
}
