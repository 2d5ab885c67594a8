/// Few points in the place of many.
enum Downsampling {
  /// Neighbours that are put together: consecutive ranges, as equal as can be.
  static func bins(of count: Int, most: Int) -> [Range<Int>] {
    let bins = min(count, most)
    return (0..<bins).map { $0 * count / bins..<($0 + 1) * count / bins }
  }

  static func mean(_ values: ArraySlice<Double>) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }

  /// A line over 1, 2, …, as the means of at most so many bins at their middles, with what each holds of least and most.
  static func line(
    _ values: [Double], most: Int
  ) -> (points: [(x: Double, y: Double)], spread: [(low: Double, high: Double)]) {
    let bins = bins(of: values.count, most: most)
    let points = bins.map { (x: Double($0.lowerBound + $0.upperBound + 1) / 2, y: mean(values[$0])) }
    guard bins.count < values.count else { return (points, []) }
    return (points, bins.map { (values[$0].min()!, values[$0].max()!) })
  }
}
