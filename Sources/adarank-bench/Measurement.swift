import Communication
import Foundation
import Reports

/// A figure that was measured several times.
struct Measurement: Codable, Sendable {
  var values: [Double]

  init(_ values: [Double] = []) { self.values = values }

  var median: Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return .nan }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
  var smallest: Double { values.min() ?? .nan }
  var largest: Double { values.max() ?? .nan }

  func map(_ transform: (Double) -> Double) -> Measurement { Measurement(values.map(transform)) }

  /// The median and, behind it, the smallest and largest value.
  func text(_ format: String) -> String {
    guard values.count > 1 else { return String(format: format, median) }
    return String(format: "\(format) (\(format) … \(format))", median, smallest, largest)
  }

  /// Seconds that `body` takes, on this rank.
  static func seconds(of body: () throws -> Void) rethrows -> Double {
    let start = monotonicSeconds()
    try body()
    return monotonicSeconds() - start
  }
}

/// What a measurement found, in either form.
protocol Findings: Encodable {
  /// The tables that a person reads.
  var text: String { get }
}

extension Findings {
  /// Prints the findings, as JSON or as text.
  func show(asJSON: Bool) throws {
    guard asJSON else { return print(text) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    print(String(decoding: try encoder.encode(self), as: UTF8.self))
  }
}
