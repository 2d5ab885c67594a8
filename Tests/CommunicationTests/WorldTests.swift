import TestSupport
import Testing

@testable import Communication

@Suite struct WorldTests {
  @Test func launchersSayHowManyRanksTheyStarted() {
    #expect(World.launchedRanks(environment: [:]) == nil)
    #expect(World.launchedRanks(environment: ["OMPI_COMM_WORLD_SIZE": "4"]) == 4)
    #expect(World.launchedRanks(environment: ["PMI_SIZE": "3"]) == 3)
    #expect(World.launchedRanks(environment: ["SLURM_STEP_NUM_TASKS": "8", "PMI_SIZE": "2"]) == 2)
    #expect(World.launchedRanks(environment: ["PMI_SIZE": "many"]) == nil)
  }

  @Test func launchersSayWhichRankThisIs() {
    #expect(World.launchedRank(environment: [:]) == 0)
    #expect(World.launchedRank(environment: ["OMPI_COMM_WORLD_RANK": "2"]) == 2)
    #expect(World.launchedRank(environment: ["SLURM_PROCID": "5"]) == 5)
  }

  /// The harness of the collective checks itself: one rank's failure fails all.
  @Test(arguments: 1...3) func aRankThatFailsFailsAll(ranks: Int) throws {
    let outcome = try MPIRun.check("failing", ranks: ranks)
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("rank \(ranks - 1) of \(ranks): "), "\(outcome.output)")
    #expect(outcome.output.contains("the last rank fails"))
  }

  /// Checks compare bytes: they compute as the program does.
  @Test func ranksComputeOnOneThreadWithTheBestKernel() throws {
    let outcome = try MPIRun.check("kernel", ranks: 2)
    #expect(outcome.holds, "\(outcome.output)")
  }

  @Test func aRankThatThrowsEndsTheJob() throws {
    let outcome = try MPIRun.check("throwing", ranks: 3)
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("rank 2: Failure()"), "\(outcome.output)")
  }

  @Test func aRunThatTakesTooLongIsEnded() throws {
    let outcome = try MPIRun.check("endless", ranks: 2, seconds: 2)
    #expect(outcome.status == nil)
    #expect(!outcome.holds)
  }
}
