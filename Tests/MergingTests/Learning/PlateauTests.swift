import Testing

@testable import Merging

@Suite struct PlateauTests {
  func losses(_ count: Int, _ loss: (Int) -> Double) -> [[Double]] { (0..<count).map { [loss($0), 2 * loss($0)] } }

  @Test func aConstantLossIsOneAfterTwoWindows() {
    #expect(!Plateau.isReached(losses(199) { _ in 1 }))
    #expect(Plateau.isReached(losses(200) { _ in 1 }))
    #expect(!Plateau.isReached(losses(201) { _ in 1 }))
    #expect(Plateau.isReached(losses(225) { _ in 1 }))
  }

  @Test func aFallingLossIsNone() {
    #expect(!Plateau.isReached(losses(200) { 1 - 0.001 * Double($0) }))
    #expect(!Plateau.isReached(losses(200) { $0 < 100 ? 1 : 0.994 }))
    #expect(Plateau.isReached(losses(200) { $0 < 100 ? 1 : 0.996 }))
    #expect(Plateau.isReached(losses(200) { $0 < 100 ? 1 : 1.2 }))
  }
}
