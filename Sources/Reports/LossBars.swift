/// Losses as bars of one character each, as high as a loss is of the first one that was seen of its task.
struct LossBars {
  private static let levels = Array("▁▂▃▄▅▆▇█")

  private var first: [Double] = []

  /// Notes a step's losses; the first ones that are given are what later ones are measured by.
  mutating func note(_ losses: [Double]) {
    if first.isEmpty { first = losses }
  }

  /// A full bar where a loss is as large as at first, or larger.
  func bar(_ loss: Double, task: Int) -> Character {
    let share = first[task] > 0 ? loss / first[task] : loss > 0 ? 1 : 0
    guard share.isFinite else { return Self.levels.last! }
    return Self.levels[min(Int(min(max(share, 0), 1) * Double(Self.levels.count)), Self.levels.count - 1)]
  }
}
