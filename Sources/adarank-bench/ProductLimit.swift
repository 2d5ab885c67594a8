import Communication
import LinearAlgebra

/// What products of given shapes can reach here: all workers of the rank at once, each with memory of its own.
final class ProductLimit {
  /// A product C [m, n] ← A [m, k] · B [k, n], with A or B stored transposed.
  struct Shape: Hashable, Codable, Sendable {
    let name: String
    let m: Int
    let n: Int
    let k: Int
    var transposesA = false
    var transposesB = false

    var operations: Double { 2 * Double(m) * Double(n) * Double(k) }
  }

  /// Shapes, and how many operations of a step have each.
  let shapes: [(shape: Shape, weight: Double)]
  /// Operations per second of all workers, by shape.
  private(set) var rates: [Measurement]

  private let pool: WorkerPool
  private let storage: FloatStorage
  private let perWorker: Int

  init(_ shapes: [(shape: Shape, weight: Double)], pool: WorkerPool) {
    self.shapes = shapes
    self.pool = pool
    rates = shapes.map { _ in Measurement() }
    perWorker = shapes.map { $0.shape.m * $0.shape.k + $0.shape.k * $0.shape.n + $0.shape.m * $0.shape.n }.max()!
    storage = FloatStorage(count: perWorker * pool.threads)
    var random = FastRandom(seed: 1)
    for index in stride(from: 0, to: storage.count, by: 1) {
      storage.base[index] = Float(random.next() >> 40) * 0x1p-24 - 0.5
    }
  }

  /// The products of one step: forwards, backwards to inputs, backwards to weights, and the gradients of masks.
  static func step(_ architecture: Architecture, tokens: Int, taskCount: Int, threads: Int) -> [(Shape, Double)] {
    let rows = max(1, min(6_400, tokens) / threads)
    return architecture.blockMatrices.flatMap { out, input, count -> [(Shape, Double)] in
      let pass = 2 * Double(out * input * count) * Double(tokens)
      let components = min(out, input)
      let mask = 2 * Double(out * input * count) * Double(components) * Double(taskCount)
      return [
        (Shape(name: "forward", m: rows, n: out, k: input, transposesB: true), pass),
        (Shape(name: "input gradient", m: rows, n: input, k: out), pass),
        (Shape(name: "weight gradient", m: out, n: input, k: rows, transposesA: true), pass),
        (
          out <= input
            ? Shape(name: "mask gradient", m: components, n: out, k: input, transposesB: true)
            : Shape(name: "mask gradient", m: components, n: input, k: out), mask
        ),
      ]
    }
  }

  /// Measures every shape once more.
  func measure() throws {
    for index in shapes.indices {
      let shape = shapes[index].shape
      let repetitions = max(1, Int(2e9 / shape.operations))
      let (storage, perWorker) = (storage, perWorker)
      let seconds = try Measurement.seconds {
        try pool.run(pool.threads) { worker, _ in
          let base = storage.base + worker * perWorker
          let (aCount, bCount) = (shape.m * shape.k, shape.k * shape.n)
          let a =
            shape.transposesA
            ? MatrixView(base, rows: shape.k, columns: shape.m).transposed
            : MatrixView(base, rows: shape.m, columns: shape.k)
          let b =
            shape.transposesB
            ? MatrixView(base + aCount, rows: shape.n, columns: shape.k).transposed
            : MatrixView(base + aCount, rows: shape.k, columns: shape.n)
          let c = MutableMatrixView(base + aCount + bCount, rows: shape.m, columns: shape.n)
          for _ in 0..<repetitions { multiply(a, b, into: c) }
        }
      }
      rates[index].values.append(shape.operations * Double(repetitions * pool.threads) / seconds)
    }
  }

  /// Operations per second if every product of a step ran at its shape's rate, measurement by measurement.
  var combined: Measurement {
    let count = rates.map(\.values.count).min() ?? 0
    let work = shapes.reduce(0) { $0 + $1.weight }
    return Measurement(
      (0..<count).map { repetition in
        work / shapes.indices.reduce(0) { $0 + shapes[$1].weight / rates[$1].values[repetition] }
      })
  }
}
