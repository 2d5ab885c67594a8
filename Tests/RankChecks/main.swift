import Communication
import Foundation
import LinearAlgebra

// As the program does, before MPI and the first product.
BLASKernel.ensureBest()

/// Runs one collective check: `mpirun -n 4 RankChecks NAME FIXTURES`. Ends with 0 where it holds on every rank, else with 1;
/// rank 0 says what failed where.
let arguments = CommandLine.arguments
guard arguments.count == 3, let check = Checks.all[arguments[1]] else {
  print("usage: RankChecks NAME FIXTURES, where NAME is one of \(Checks.all.keys.sorted().joined(separator: ", "))")
  exit(2)
}
let holds = try World.run { world in
  let verdict = Verdict(world)
  do {
    try check(CheckContext(world: world, verdict: verdict, fixtures: arguments[2]))
    return try verdict.conclude()
  } catch {
    // The others may be waiting for this rank.
    FileHandle.standardError.write(Data("rank \(world.rank): \(error)\n".utf8))
    world.abort(code: 1)
  }
}
exit(holds ? 0 : 1)
