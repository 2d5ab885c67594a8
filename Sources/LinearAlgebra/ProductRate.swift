import Glibc

/// How fast products are here.
package enum ProductRate {
  /// Operations per second of all workers together in products of the size that a vision tower has, measured now: a
  /// fraction of a second.
  package static func measured(on pool: WorkerPool) throws -> Double {
    let (m, n, k) = (768, 768, 800)
    let perWorker = m * n + m * k + k * n
    let storage = FloatStorage(count: pool.threads * perWorker)
    let repetitions = 10
    func once() throws {
      try pool.run(pool.threads) { index, _ in
        let base = storage.base + index * perWorker
        let a = MatrixView(base, rows: m, columns: k)
        let b = MatrixView(base + m * k, rows: k, columns: n)
        let c = MutableMatrixView(base + m * k + k * n, rows: m, columns: n)
        for _ in 0..<repetitions { multiply(a, b, into: c) }
      }
    }
    try once()
    let start = now()
    try once()
    return Double(2 * m * n * k * repetitions * pool.threads) / (now() - start)
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
