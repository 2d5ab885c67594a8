import TestSupport
import Testing

/// Against the golden runs: a float64 implementation with autograd.
@Suite struct LearningRunTests {
  @Test(arguments: [
    ("clip", 1), ("clip", 4), ("openclip", 3), ("roberta", 1), ("bert", 2), ("gpt2", 4),
  ]) func masksAndCoefficientsAreTheGoldenOnes(
    family: String, ranks: Int
  ) throws {
    let outcome = try MPIRun.check("adaptation-\(family)", ranks: ranks, seconds: 300)
    #expect(outcome.holds, "\(outcome.output)")
  }

  @Test(arguments: [
    ("clip", 2), ("clip", 3), ("openclip", 1), ("openclip", 2), ("openclip", 4), ("roberta", 2), ("roberta", 4),
    ("bert", 1), ("bert", 4), ("gpt2", 1), ("gpt2", 2),
  ])
  func theFirstStepsAreTheGoldenOnes(family: String, ranks: Int) throws {
    let outcome = try MPIRun.check("first-steps-\(family)", ranks: ranks)
    #expect(outcome.holds, "\(outcome.output)")
  }

  @Test func nodesThatExchangeComponentsAgreeWithTheGoldenRuns() throws {
    var digests: [String: Set<String>] = [:]
    for ranks in 2...4 {
      let outcome = try MPIRun.check("components-exchange", ranks: ranks, seconds: 300)
      #expect(outcome.holds, "\(outcome.output)")
      for line in outcome.lines where line.hasPrefix("digest ") {
        let words = line.split(separator: " ")
        digests[words.dropLast().joined(separator: " "), default: []].insert(String(words.last!))
      }
    }
    // Of three merges on 2, 3 and 4 nodes.
    #expect(digests.count == 9)
    #expect(digests.values.allSatisfy { $0.count == 1 }, "\(digests)")
  }

  @Test(arguments: [1, 3]) func tasksMayShareACoefficient(ranks: Int) throws {
    let outcome = try MPIRun.check("shared-coefficients", ranks: ranks)
    #expect(outcome.holds, "\(outcome.output)")
  }

  @Test(arguments: [1, 2, 4]) func originsMayBeStaticMerges(ranks: Int) throws {
    let outcome = try MPIRun.check("joined-origins", ranks: ranks)
    #expect(outcome.holds, "\(outcome.output)")
  }

  @Test(arguments: [1, 3]) func taskVectorsMayBeTrimmed(ranks: Int) throws {
    let outcome = try MPIRun.check("trimming", ranks: ranks)
    #expect(outcome.holds, "\(outcome.output)")
  }

  /// The same heads on any number of ranks.
  @Test func headsAreLearnt() throws {
    var heads: Set<[String]> = []
    for ranks in 1...4 {
      let outcome = try MPIRun.check("heads", ranks: ranks)
      #expect(outcome.holds, "\(outcome.output)")
      heads.insert(outcome.lines.filter { $0.hasPrefix("heads ") })
    }
    #expect(heads.count == 1 && heads.first?.count == 2, "\(heads)")
  }

  @Test(arguments: 1...4) func singularValuesAndGradientsAreTheGoldenOnes(ranks: Int) throws {
    let outcome = try MPIRun.check("gradients", ranks: ranks)
    #expect(outcome.holds, "\(outcome.output)")
  }

  @Test(arguments: [2, 4, 8]) func workIsSharedOutAsPlanned(ranks: Int) throws {
    let outcome = try MPIRun.check("work-sharing", ranks: ranks, seconds: 300)
    #expect(outcome.holds, "\(outcome.output)")
  }
}
