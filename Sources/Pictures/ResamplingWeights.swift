/// How each pixel of a line is made of the pixels of another: weighted sums in fixed point.
///
/// The pixel i of n is at the place c = (i + ½) · m / n of a line of m pixels. Where the line becomes shorter, the
/// kernel becomes as much wider, so that no pixel is passed over:
///
///     wᵢⱼ = k((j + ½ − c) / s) / Σⱼ k(…),   s = max(m / n, 1),   |j + ½ − c| < support · s, rounded
///
/// The weights are rounded to multiples of 2⁻²², as Pillow's are: sums of products with bytes then are exact in 32
/// bits, and equal to Pillow's.
struct ResamplingWeights {
  /// The bits behind the binary point.
  static let fractionBits = 22

  /// Pixel by pixel: the first of those it is made of, and where its weights are.
  let windows: [(first: Int, weights: Range<Int>)]
  let values: [Int32]

  /// - Parameters:
  ///   - source: m.
  ///   - target: n.
  init(from source: Int, to target: Int, filter: ResamplingFilter) {
    let step = Double(source) / Double(target)
    let scale = max(step, 1)
    let support = filter.support * scale
    var windows: [(first: Int, weights: Range<Int>)] = []
    var values: [Int32] = []
    windows.reserveCapacity(target)
    for index in 0..<target {
      let center = (Double(index) + 0.5) * step
      let first = max(Int(center - support + 0.5), 0)
      let end = min(Int(center + support + 0.5), source)
      let weights = (first..<end).map { filter.weight((Double($0) - center + 0.5) * (1 / scale)) }
      let total = weights.reduce(0, +)
      windows.append((first, values.count..<values.count + weights.count))
      for weight in weights {
        let value = (total == 0 ? weight : weight / total) * Double(1 << Self.fractionBits)
        values.append(Int32(value.rounded(.toNearestOrAwayFromZero)))
      }
    }
    self.windows = windows
    self.values = values
  }
}
