import Testing

@testable import Merging

@Suite struct AdamTests {
  /// Three steps, computed by hand from the formulas of Kingma and Ba's algorithm 1 with lr 0.1 and gradients 0.5, −0.25
  /// and 0:
  ///
  ///     m  0.05, 0.02, 0.018               v  2.5e-4, 3.1225e-4, 3.1193775e-4
  @Test func threeStepsByHand() {
    var vector = AdamVector([1])
    vector.descend(learningRate: 0.1, step: 1) { _, _ in 0.5 }
    #expect(abs(vector.firstMoments[0] - 0.05) < 1e-15)
    #expect(abs(vector.secondMoments[0] - 2.5e-4) < 1e-18)
    // m̂ = 0.5, √v̂ = 0.5.
    #expect(abs(vector.values[0] - (1 - 0.1 * 0.5 / (0.5 + 1e-8))) < 1e-14)

    vector.descend(learningRate: 0.1, step: 2) { _, _ in -0.25 }
    #expect(abs(vector.firstMoments[0] - 0.02) < 1e-15)
    #expect(abs(vector.secondMoments[0] - 3.1225e-4) < 1e-18)
    // m̂ = 0.02/0.19 = 0.105263158, v̂ = 3.1225e-4/0.001999 = 0.156203102, √v̂ = 0.395225381.
    #expect(abs(vector.values[0] - (0.9 - 0.0266336)) < 1e-6)

    let before = vector.values[0]
    vector.descend(learningRate: 0.1, step: 3) { _, _ in 0 }
    // m̂ = 0.018/0.271 = 0.066420664, v̂ = 3.1193775e-4/0.002997001 = 0.104083298, √v̂ = 0.322619433.
    #expect(abs(vector.values[0] - (before - 0.0205879)) < 1e-6)
  }

  @Test func numbersDoNotInfluenceEachOther() {
    var both = AdamVector([0.1, -0.1])
    var alone = AdamVector([-0.1])
    for step in 1...5 {
      both.descend(learningRate: 0.01, step: step) { index, _ in [Double(step), -0.5][index] }
      alone.descend(learningRate: 0.01, step: step) { _, _ in -0.5 }
    }
    #expect(both.values[1] == alone.values[0])
    #expect(both.values[0] < 0.1 && both.values[1] > -0.1)
  }

  @Test func aGradientMayDependOnTheValue() {
    var vector = AdamVector([0.2, -0.4])
    var seen: [Double] = []
    vector.descend(learningRate: 0.1, step: 1) { _, value in
      seen.append(value)
      return value
    }
    #expect(seen == [0.2, -0.4])
    #expect(abs(vector.firstMoments[0] - 0.02) < 1e-15 && abs(vector.firstMoments[1] + 0.04) < 1e-15)
  }

  @Test func aGradientOfZeroLeavesANewNumberAlone() {
    var vector = AdamVector([0.3])
    vector.descend(learningRate: 0.1, step: 1) { _, _ in 0 }
    #expect(vector.values == [0.3])
  }
}
