import Foundation

/// Where numbers stand along one side of a plot, and which of them are named there.
struct Axis: Sendable {
  struct Tick: Equatable, Sendable {
    let value: Double
    let label: String
  }

  enum Scale: Sendable {
    case linear
    /// Linear, with nothing as one end.
    case fromZero
    /// Logarithmic, named at powers of two; for positive numbers.
    case powersOfTwo
  }

  /// What the ends stand for.
  let bounds: ClosedRange<Double>
  /// Rising.
  let ticks: [Tick]
  private let isLogarithmic: Bool

  /// - Parameters:
  ///   - values: what shall have room; numbers that are not finite are passed over.
  ///   - mostTicks: about how many are named on a linear axis.
  ///   - endsAtTicks: whether a linear axis goes on to the next named number.
  init(_ values: [Double], _ scale: Scale = .linear, mostTicks: Int = 5, endsAtTicks: Bool = true) {
    let values = values.filter(\.isFinite).map { min(max($0, -Self.most), Self.most) }
    isLogarithmic = scale == .powersOfTwo
    if isLogarithmic {
      let positive = values.filter { $0 > 0 }
      let lower = Int(log2(positive.min() ?? 1).rounded(.down))
      let upper = max(lower + 1, Int(log2(positive.max() ?? 1).rounded(.up)))
      bounds = pow(2, Double(lower))...pow(2, Double(upper))
      ticks = (lower...upper).map(Self.tick)
      return
    }
    let ends = scale == .fromZero ? values + [0] : values
    var (lower, upper) = (ends.min() ?? 0, ends.max() ?? 1)
    let size = max(abs(lower), abs(upper))
    if upper - lower <= 1e-12 * size || size < 1e-12 {
      (lower, upper) = size < 1e-12 ? (0, 1) : (min(lower, 0), max(upper, 0))
    }
    let step = Self.step(upper - lower, count: mostTicks)
    if endsAtTicks {
      (lower, upper) = ((lower / step).rounded(.down) * step, (upper / step).rounded(.up) * step)
    }
    bounds = lower...upper
    let decimals = max(0, -Int(log10(step).rounded(.down)))
    // A multiple of the step is one, whatever rounding made of it.
    let first = (lower / step - 1e-6).rounded(.up)
    let count = Int(((upper / step) - first + 1e-6).rounded(.down))
    ticks = (0...max(0, count)).map { index in
      let value = (first + Double(index)) * step
      return Tick(
        value: value,
        label: abs(value) >= 1e6 || decimals > 5
          ? String(format: "%.3g", value) : String(format: "%.\(decimals)f", value))
    }
  }

  /// Larger numbers stand at the end.
  private static let most = 1e30

  /// 1, 2 or 5 times a power of ten, so that a length is cut into about so many parts.
  private static func step(_ length: Double, count: Int) -> Double {
    let rough = length / Double(max(1, count))
    let power = pow(10, log10(rough).rounded(.down))
    return [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? 10 * power
  }

  private static func tick(power: Int) -> Tick {
    let value = pow(2, Double(power))
    let label = String(format: "%.0f", power >= 0 ? value : pow(2, Double(-power)))
    return Tick(value: value, label: power >= 0 ? label : "1/" + label)
  }

  /// Where a value stands: 0 at the lower end, 1 at the upper one.
  func share(_ value: Double) -> Double {
    if isLogarithmic { return log2(value / bounds.lowerBound) / log2(bounds.upperBound / bounds.lowerBound) }
    return (value - bounds.lowerBound) / (bounds.upperBound - bounds.lowerBound)
  }
}
