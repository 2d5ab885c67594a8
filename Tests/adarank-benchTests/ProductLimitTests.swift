import LinearAlgebra
import Testing

@testable import adarank_bench

@Suite struct ProductLimitTests {
  /// Of ViT-B/32: 6 operations per weight and token, and 2·m·n·r per task.
  @Test func aStepsOperationsAreThoseOfItsFormula() {
    let shapes = ProductLimit.step(.vitB32, tokens: 1_600, taskCount: 2, threads: 2)
    let weights = 12.0 * (4 * 768 * 768 + 2 * 768 * 3_072)
    // One block stands for all.
    #expect(shapes.filter { $0.0.name != "mask gradient" }.reduce(0) { $0 + $1.1 } == 6 * weights / 12 * 1_600)
    #expect(shapes.filter { $0.0.name == "mask gradient" }.reduce(0) { $0 + $1.1 } == 2 * 2 * 768 * weights / 12)
    for (shape, _) in shapes where shape.name != "mask gradient" { #expect([shape.m, shape.k].contains(800)) }
  }

  @Test func combinedIsTheHarmonicMean() throws {
    let pool = WorkerPool(threads: 1)
    let shape = ProductLimit.Shape(name: "x", m: 8, n: 8, k: 8)
    let other = ProductLimit.Shape(name: "y", m: 16, n: 8, k: 8, transposesA: true, transposesB: true)
    let limit = ProductLimit([(shape, 1), (other, 3)], pool: pool)
    try limit.measure()
    let rates = limit.rates.map { $0.values[0] }
    #expect(abs(limit.combined.values[0] / (4 / (1 / rates[0] + 3 / rates[1])) - 1) < 1e-12)
  }
}
