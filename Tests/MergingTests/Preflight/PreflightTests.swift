import Foundation
import Testing

@testable import Merging

@Suite struct PreflightTests {
  private func plan() throws -> SpacePlan { SpacePlan(try Collection(opening: fixtureRequest(.adarank))) }

  @Test func anOutputThatFindsNoRoomIsSaidWithItsNumbers() throws {
    let plan = try plan()
    let wanted = plan.output + plan.checkpoints
    #expect(Preflight.findings(plan, output: "out", space: DiskSpace(available: wanted)) == [])
    let findings = Preflight.findings(plan, output: "out", space: DiskSpace(available: 1_000))
    #expect(findings.count == 1)
    #expect(findings[0].hasPrefix("out: needs \(scaled(Double(wanted), unit: "B")) of disk, of it "))
    #expect(findings[0].contains(" for checkpoints, and 1.0 kB are free; "))
  }
}
