import Communication
import Foundation
import LinearAlgebra
import Merging

/// Runs a command's work on all ranks and ends the process with the right code.
package enum ParallelRun {
  /// Starts MPI and the rank's workers and calls `body` on every rank. Does not return.
  ///
  /// A failure that all ranks agree on is said by rank 0, and all leave. Any other error ends the whole job at once, with
  /// one message that names the rank: no other rank is left waiting.
  ///
  /// - Parameter threads: the workers that each rank shall have; nil: as many as there are processors for.
  package static func run(threads: Int?, _ body: (Job, WorkerPool) throws -> Void) -> Never {
    var status: Int32 = 0
    do {
      try World.run { world in
        if let launched = World.launchedRanks(), launched > 1, world.size == 1 {
          throw ForeignLauncher(ranks: launched)
        }
        do {
          let job = try Job(world: world)
          let pool = WorkerPool(threads: try Processors.threads(for: job, requested: threads))
          try body(job, pool)
          try world.barrier()
        } catch let failure as AgreedFailure {
          if let cause = failure.cause { Complaint.say(cause) }
          status = failure.isMistake ? ExitStatus.mistake : ExitStatus.failure
          // Nobody leaves before the reason is said: a launcher ends the others with the first.
          try world.barrier()
        } catch {
          let place = world.size > 1 ? "rank \(world.rank) on \(World.hostName): " : ""
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
}

/// The processes were started together by a launcher that this program's MPI does not know.
private struct ForeignLauncher: Error, CustomStringConvertible {
  let ranks: Int

  var description: String {
    "\(ranks) processes were started, but each is a job of its own: the launcher belongs to another MPI than "
      + "\(World.library); start adarank with that MPI's mpirun"
  }
}
