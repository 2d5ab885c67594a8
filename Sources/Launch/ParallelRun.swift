import Communication
import Foundation
import LinearAlgebra
import Merging

/// Runs a command's work on all ranks and ends the process with the right code.
package enum ParallelRun {
  /// Starts MPI and the rank's workers and calls `body` on every rank. Does not return.
  ///
  /// A failure that all ranks agree on is said by rank 0, and all leave. Any other error ends the whole job at once, with
  /// one message that names the rank: no other rank is left waiting. So does a rank that stands still, and one that loses
  /// a file that it has mapped.
  ///
  /// - Parameters:
  ///   - threads: the workers that each rank shall have; nil: as many as there are processors for.
  ///   - watchdog: for how many seconds a rank may stand still; see `Watchdog.limit`.
  package static func run(
    threads: Int?, watchdog: Double? = nil, _ body: (Job, WorkerPool) throws -> Void
  ) -> Never {
    var status: Int32 = 0
    let activity = Activity()
    let limit = Watchdog.limit(requested: watchdog)
    if let limit {
      let place = place(rank: World.launchedRank())
      _ = DeadManSwitch(pulse: activity.pulse, limit: limit) { Complaint.say("\(place)\($0)") }
    }
    do {
      try World.run(activity: activity) { world in
        if let launched = World.launchedRanks(), launched > 1, world.size == 1 {
          throw ForeignLauncher(ranks: launched)
        }
        let place = world.size > 1 ? place(rank: world.rank) : ""
        MappingFault.handle(speaker: "\(Complaint.speaker): \(place)", rank: world.rank)
        var heartbeat: Heartbeat?
        do {
          heartbeat = try limit.map { limit in
            try Heartbeat(world: world, limit: limit) { standstill in
              Complaint.say(standstill)
              world.abort(code: ExitStatus.failure)
            }
          }
          let job = try Job(world: world)
          try ProgramCheck.run(job, version: Version.text)
          let pool = WorkerPool(threads: try Processors.threads(for: job, requested: threads))
          pool.watch = { try activity.work(finished: $0) }
          Rehearsal(ProcessInfo.processInfo.environment["ADARANK_REHEARSE"])?.prepare(pool, rank: world.rank)
          try body(job, pool)
          try world.barrier()
          try heartbeat?.stop()
        } catch let failure as AgreedFailure {
          if let cause = failure.cause { Complaint.say(cause) }
          status = ExitStatus.of(failure)
          // Nobody leaves before the reason is said: a launcher ends the others with the first.
          try world.barrier()
          try heartbeat?.stop()
        } catch {
          Complaint.say("\(place)\(error)")
          world.abort(code: ExitStatus.failure)
        }
      }
    } catch let error as ForeignLauncher {
      if World.launchedRank() == 0 { Complaint.say(error) }
      status = ExitStatus.mistake
    } catch {
      Complaint.say(error)
      status = ExitStatus.failure
    }
    exit(status)
  }

  /// How a message of one rank begins.
  private static func place(rank: Int) -> String { "rank \(rank) on \(World.systemName): " }
}

extension ExitStatus {
  static func of(_ failure: AgreedFailure) -> Int32 {
    if failure.isStop { return stopped }
    return failure.isMistake ? mistake : self.failure
  }
}

/// The processes were started together by a launcher that this program's MPI does not know.
private struct ForeignLauncher: Error, CustomStringConvertible {
  let ranks: Int

  var description: String {
    "\(ranks) processes were started, but each is a job of its own: the launcher belongs to another MPI than "
      + "\(World.library); start adarank with that MPI's mpirun"
  }
}
