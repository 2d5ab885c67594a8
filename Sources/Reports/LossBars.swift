/// Losses as bars of one character each, as high as a loss is of the largest one that was seen of its task: a step's inputs
/// are few, and the first ones may have been easy.
struct LossBars {
  private static let levels = Array("▁▂▃▄▅▆▇█")

  private var largest: [Double] = []

  /// Notes a step's losses.
  mutating func note(_ losses: [Double]) {
    if largest.isEmpty { largest = losses.map { _ in 0 } }
    for (task, loss) in losses.enumerated() where loss.isFinite { largest[task] = max(largest[task], loss) }
  }

  /// A full bar where a loss is as large as ever, or larger.
  func bar(_ loss: Double, task: Int) -> Character {
    let share = largest[task] > 0 ? loss / largest[task] : loss > 0 ? 1 : 0
    guard share.isFinite else { return Self.levels.last! }
    return Self.levels[min(Int(min(max(share, 0), 1) * Double(Self.levels.count)), Self.levels.count - 1)]
  }
}
