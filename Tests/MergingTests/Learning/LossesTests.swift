import Foundation
import TestSupport
import Testing

@testable import Merging

@Suite struct LossesTests {
  private func probabilities(_ z: [Double]) -> [Double] {
    let total = z.reduce(0) { $0 + exp($1) }
    return z.map { exp($0) / total }
  }

  private func entropy(_ z: [Double]) -> Double { -probabilities(z).reduce(0) { $0 + $1 * log($1) } }

  private func centralDifference(_ z: [Double], _ index: Int, _ f: ([Double]) -> Double) -> Double {
    var (up, down) = (z, z)
    up[index] += 1e-5
    down[index] -= 1e-5
    return (f(up) - f(down)) / 2e-5
  }

  private func run(_ z: [Double], _ loss: (UnsafeMutableBufferPointer<Float>) -> Double?) -> (Double?, [Float]) {
    var logits = z.map(Float.init)
    let value = logits.withUnsafeMutableBufferPointer { loss($0) }
    return (value, logits)
  }

  private func random(_ classes: Int, _ seed: UInt64) -> [Double] {
    var source = RandomSource(seed: seed)
    return source.floats(classes).map { 4 * Double($0) }
  }

  @Test(arguments: [2, 3, 10, 100]) func entropyAndItsGradient(classes: Int) throws {
    let z = random(classes, 3)
    let (loss, gradient) = run(z, Losses.entropy)
    #expect(abs(try #require(loss) - entropy(z)) < 1e-12)
    for index in z.indices {
      #expect(abs(Double(gradient[index]) - centralDifference(z, index, entropy)) < 1e-6)
    }
    #expect(abs(gradient.reduce(0) { $0 + Double($1) }) < 1e-6)
  }

  @Test(arguments: [2, 3, 10]) func selfLabelAndItsGradient(classes: Int) throws {
    let z = random(classes, 4)
    for label in z.indices {
      let (loss, gradient) = run(z) { Losses.selfLabel($0, label: label, confidence: 1) }
      #expect(abs(try #require(loss) + log(probabilities(z)[label])) < 1e-12)
      for index in z.indices {
        let wanted = centralDifference(z, index) { -log(probabilities($0)[label]) }
        #expect(abs(Double(gradient[index]) - wanted) < 1e-6)
      }
    }
  }

  @Test func oneClassHasNoEntropy() {
    let (loss, gradient) = run([3.7], Losses.entropy)
    #expect(loss == 0)
    #expect(gradient == [0])
  }

  @Test func equalLogitsHaveTheLargestEntropyAndNoGradient() throws {
    let (loss, gradient) = run([Double](repeating: 2, count: 8), Losses.entropy)
    #expect(abs(try #require(loss) - log(8)) < 1e-12)
    #expect(gradient.allSatisfy { abs($0) < 1e-7 })
  }

  @Test func farApartLogitsStayFinite() {
    for z in [[1e30, 0, -1e30], [-3e38, 3e38], [500, -500, 0]] {
      let (loss, gradient) = run(z, Losses.entropy)
      #expect((0..<1e-200).contains(loss ?? .nan), "\(z)")
      #expect(gradient.allSatisfy { $0 == 0 })
    }
    let (loss, gradient) = run([1e4, 0]) { Losses.selfLabel($0, label: 1, confidence: 1) }
    #expect(loss == 1e4)
    #expect(gradient == [1, -1])
  }

  @Test func whatIsNotANumberStaysSo() {
    let (loss, _) = run([.nan, 1], Losses.entropy)
    #expect(loss!.isNaN)
  }

  @Test func aSampleCountsWhereBothAgreeOrTheExpertIsSurer() {
    let z = [2.0, 0, 0]
    let top = probabilities(z.map { Double(Float($0)) })[0]
    #expect(run(z) { Losses.selfLabel($0, label: 0, confidence: 0) }.0 != nil)
    #expect(run(z) { Losses.selfLabel($0, label: 1, confidence: top + 1e-9) }.0 != nil)
    let (loss, gradient) = run(z) { Losses.selfLabel($0, label: 1, confidence: top - 1e-9) }
    #expect(loss == nil)
    #expect(gradient == [0, 0, 0])
  }
}
