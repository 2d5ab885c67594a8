import Foundation
import Testing

@testable import Merging

@Suite struct SpacePlanTests {
  private func plan(_ method: MergeMethod, _ change: (inout MergeRequest) -> Void = { _ in }) throws -> SpacePlan {
    var request = fixtureRequest(method)
    change(&request)
    return SpacePlan(try Collection(opening: request))
  }

  /// Two layers with four matrices [32, 32] and two [80, 32] each, three tasks.
  private let components = 3 * 2 * 6 * 32
  private let factorBytes = 2 * (4 * 32 * 65 + 2 * 32 * 113) * 4

  @Test func anOutputOfHalfTheWidthIsAboutHalfAsLarge() throws {
    let (full, half) = (try plan(.average), try plan(.average) { $0.outputType = .float16 })
    let weights = try FileManager.default.attributesOfItem(atPath: fixtureRequest(.average).base + "/model.safetensors")
    let bytes = try #require(weights[.size] as? Int)
    #expect(abs(full.output - bytes) < 100_000)
    #expect(full.output - half.output > bytes / 3)
    #expect(full.checkpoints == 0 && full.factors == 0)
  }

  @Test func checkpointsHaveAdamsStateTwice() throws {
    let plan = try plan(.adarank)
    #expect(plan.checkpoints >= 2 * 24 * components && plan.checkpoints < 2 * 24 * components + 200_000)
    #expect(plan.factors == 3 * factorBytes)
  }

  @Test func whatIsNotFactoredTakesNoRoom() throws {
    #expect(try plan(.adarank) { $0.learning!.learn = [.coefficients] }.factors == 0)
    #expect(try plan(.taskArithmetic).factors == 0)
    #expect(try plan(.cart).factors == 3 * factorBytes)
    #expect(try plan(.isoC).factors == factorBytes)
  }
}
