import Glibc

/// How fast products are here.
package enum ProductRate {
  /// Operations per second of one thread in products of the size that a vision tower has, measured now: a fraction of a
  /// second.
  package static func measured() -> Double {
    let (m, n, k) = (768, 768, 800)
    let storage = FloatStorage(count: m * n + m * k + k * n)
    let a = MatrixView(storage.base, rows: m, columns: k)
    let b = MatrixView(storage.base + m * k, rows: k, columns: n)
    let c = MutableMatrixView(storage.base + m * k + k * n, rows: m, columns: n)
    multiply(a, b, into: c)
    let repetitions = 10
    let start = clock()
    for _ in 0..<repetitions { multiply(a, b, into: c) }
    return withExtendedLifetime(storage) { Double(2 * m * n * k * repetitions) / (clock() - start) }
  }

  private static func clock() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
