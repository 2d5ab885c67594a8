import ArgumentParser
import Communication
import Foundation
import Launch
import LinearAlgebra
import Merging
import Reports

struct LimitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "limit",
    abstract: "Measures what this machine can do: products, factorisations, memory, messages.",
    discussion: """
      Products are those of a step, at the shapes of each transformer, on one worker and on all of a rank's. Messages go \
      between rank 0 and each other rank; under one rank there are none.
      """)

  @OptionGroup var options: BenchOptions

  func run() throws {
    ParallelRun.run(threads: options.threads) { job, pool in
      let findings = LimitFindings(
        blas: BLASKernel.name, ranks: job.size, threads: pool.threads,
        products: try products(job, pool), factorizations: try factorizations(job, pool),
        memoryBytesPerSecond: try memory(job, pool),
        messages: try MessageRate.measure(job, repetitions: options.repetitions))
      if job.isCoordinator { try findings.show(asJSON: options.json) }
    }
  }

  /// The thread counts that are measured: one, and all.
  private func pools(_ pool: WorkerPool) -> [WorkerPool] {
    pool.threads == 1 ? [pool] : [WorkerPool(threads: 1), pool]
  }

  private func products(_ job: Job, _ pool: WorkerPool) throws -> [LimitFindings.Product] {
    try Architecture.allCases.flatMap { architecture in
      try pools(pool).flatMap { pool -> [LimitFindings.Product] in
        let limit = ProductLimit(
          ProductLimit.step(
            architecture, tokens: 16 * architecture.tokens * pool.threads, taskCount: 1, threads: pool.threads),
          pool: pool)
        for _ in 0..<options.repetitions {
          try job.world.barrier()
          try limit.measure()
        }
        return zip(limit.shapes, limit.rates).map {
          LimitFindings.Product(architecture: architecture, threads: pool.threads, shape: $0.shape, rate: $1)
        }
      }
    }
  }

  private func factorizations(_ job: Job, _ pool: WorkerPool) throws -> [LimitFindings.Factorization] {
    var random = FastRandom(seed: 3)
    let shapes = Set(Architecture.allCases.flatMap { $0.blockMatrices.map { [$0.out, $0.input] } }).sorted {
      ($0[0] * $0[1], $0[0]) < ($1[0] * $1[1], $1[0])
    }
    return try shapes.flatMap { shape in
      var elements = [Float](repeating: 0, count: shape[0] * shape[1])
      random.fill(&elements, centre: 0, scale: 1)
      let matrix = Tensor(shape: shape, elements: elements)
      return try pools(pool).map { pool in
        var seconds = Measurement()
        for _ in 0..<min(3, options.repetitions) {
          try job.world.barrier()
          seconds.values.append(
            try Measurement.seconds {
              try pool.run(pool.threads) { _, _ in
                _ = try SingularValueDecomposition(matrix, name: "a measured matrix")
              }
            })
        }
        return LimitFindings.Factorization(rows: shape[0], columns: shape[1], threads: pool.threads, seconds: seconds)
      }
    }
  }

  /// Bytes per second that all workers read and write together in y ← a + b over memory that no cache holds.
  private func memory(_ job: Job, _ pool: WorkerPool) throws -> Measurement {
    let count = 1 << 24
    let storage = FloatStorage(count: 3 * count * pool.threads)
    func once() throws {
      try pool.run(pool.threads) { worker, _ in
        let base = storage.base + 3 * count * worker
        add(base, base + count, into: base + 2 * count, count: count)
      }
    }
    try once()
    return Measurement(
      try (0..<options.repetitions).map { _ in
        try job.world.barrier()
        return Double(12 * count * pool.threads) / (try Measurement.seconds { try once() })
      })
  }
}

struct LimitFindings: Findings {
  struct Product: Encodable {
    let architecture: Architecture
    let threads: Int
    let shape: ProductLimit.Shape
    /// Operations per second.
    let rate: Measurement
  }

  struct Factorization: Encodable {
    let rows: Int
    let columns: Int
    let threads: Int
    /// Of as many factorisations as threads.
    let seconds: Measurement
  }

  let blas: String
  let ranks: Int
  let threads: Int
  let products: [Product]
  let factorizations: [Factorization]
  let memoryBytesPerSecond: Measurement
  let messages: [MessageRate]

  var text: String {
    var parts = [
      "rank 0 of \(ranks), \(Numbers.counted(threads, "thread")), BLAS kernel \(blas)",
      TextTable(
        header: ["transformer", "product", "m × n × k", "threads", "GFLOP/s"],
        rows: products.map { product in
          [
            product.architecture.rawValue, product.shape.name,
            "\(product.shape.m) × \(product.shape.n) × \(product.shape.k)", "\(product.threads)",
            product.rate.map { $0 / 1e9 }.text("%.0f"),
          ]
        }
      ).text,
      TextTable(
        header: ["factored", "threads", "seconds each"],
        rows: factorizations.map {
          ["\($0.rows) × \($0.columns)", "\($0.threads)", $0.seconds.text("%.3f")]
        }
      ).text,
      "memory, all threads: \(memoryBytesPerSecond.map { $0 / 1e9 }.text("%.1f")) GB/s",
    ]
    if !messages.isEmpty {
      parts.append(
        TextTable(
          header: ["messages with", "where", "µs", "GB/s"],
          rows: messages.map {
            [
              "rank \($0.peer)", $0.isOnNode ? "same node" : "other node",
              $0.latencySeconds.map { $0 * 1e6 }.text("%.1f"), $0.bytesPerSecond.map { $0 / 1e9 }.text("%.1f"),
            ]
          }
        ).text)
    }
    return parts.joined(separator: "\n\n")
  }
}
