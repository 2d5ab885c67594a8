import ArgumentParser
import Communication
import Foundation
import Launch
import LinearAlgebra
import Merging
import Reports

struct FactorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "factor",
    abstract: "Measures the factorisation of all task vectors: into memory, into the cache, and out of it.",
    discussion: "Every matrix of every task is factored once; under several ranks each factors what it owns.")

  @OptionGroup var models: ModelOptions
  @OptionGroup var options: BenchOptions

  func run() throws {
    ParallelRun.run(threads: options.threads) { job, pool in
      let synthetic = SyntheticCollection(models)
      try synthetic.prepare(job: job, pool: pool)
      let cache = FactorCache(folder: "\(models.scratch)/factors-of-one-measurement", limit: .max)
      var findings = FactorFindings(
        model: models.model, ranks: job.size, threads: pool.threads, blas: BLASKernel.name, ways: [])
      let ways: [(name: String, cache: FactorCache?, clears: Bool)] = [
        ("into memory", nil, false), ("into the cache", cache, true), ("out of the cache", cache, false),
      ]
      for taskCount in Set([1, models.tasks]).sorted() {
        for way in ways {
          var seconds = Measurement()
          var count = 0
          for _ in 0..<options.repetitions {
            if way.clears, job.isCoordinator { cache.shrink(to: 0) }
            var request = synthetic.request(.adarank)
            request.models = Array(request.models.prefix(taskCount))
            request.cache = way.cache
            let run = try LearningRun(
              job: job, pool: pool, collection: try Collection(opening: request), meter: MemoryMeter(),
              observe: { if case .progress(_, let of) = $0 { count = of } })
            try job.world.barrier()
            seconds.values.append(
              try Measurement.seconds {
                try run.factor()
                try job.world.barrier()
              })
          }
          findings.ways.append(
            FactorFindings.Way(
              name: way.name, tasks: taskCount, matrices: try job.world.sum([count])[0], seconds: seconds))
        }
      }
      if job.isCoordinator {
        cache.shrink(to: 0)
        try findings.show(asJSON: options.json)
      }
    }
  }
}

struct FactorFindings: Findings {
  struct Way: Encodable {
    let name: String
    let tasks: Int
    let matrices: Int
    let seconds: Measurement
  }

  let model: Architecture
  let ranks: Int
  let threads: Int
  let blas: String
  var ways: [Way]

  var text: String {
    "\(model.rawValue), \(Numbers.counted(ranks, "rank")) of \(Numbers.counted(threads, "thread")), BLAS kernel \(blas)\n\n"
      + TextTable(
        header: ["factors of", "matrices", "way", "seconds"],
        rows: ways.map { [Numbers.counted($0.tasks, "task"), "\($0.matrices)", $0.name, $0.seconds.text("%.2f")] }
      ).text
  }
}
