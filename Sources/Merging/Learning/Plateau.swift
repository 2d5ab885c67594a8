/// Where losses no longer fall: without labels, the end of what there is to learn.
enum Plateau {
  /// Steps whose mean is compared with that of as many before.
  static let window = 100
  /// The share by which the mean loss must have fallen to go on.
  static let leastGain = 0.005

  /// Whether the mean loss over tasks, averaged over the last window of steps, is hardly below that of the window before.
  ///
  /// Looked at once in a quarter of a window, so that chance has few occasions.
  ///
  /// - Parameter losses: a row per step, a number per task.
  static func isReached(_ losses: [[Double]]) -> Bool {
    guard losses.count >= 2 * window, losses.count % (window / 4) == 0 else { return false }
    func mean(_ rows: ArraySlice<[Double]>) -> Double {
      rows.reduce(0) { $0 + $1.reduce(0, +) } / Double(rows.count)
    }
    let last = mean(losses.suffix(window))
    let before = mean(losses.dropLast(window).suffix(window))
    return last >= (1 - leastGain) * before
  }
}
