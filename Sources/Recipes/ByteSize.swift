/// A number of bytes as recipes write it: `5GB`, `512MiB`, `1000000`.
package enum ByteSize {
  /// Decimal units are powers of 1000, binary ones of 1024; largest first.
  private static let units: [(name: String, bytes: Int)] = [
    ("TiB", 1 << 40), ("TB", 1_000_000_000_000),
    ("GiB", 1 << 30), ("GB", 1_000_000_000),
    ("MiB", 1 << 20), ("MB", 1_000_000),
    ("KiB", 1 << 10), ("KB", 1_000),
  ]

  /// - Returns: nil for anything but digits and an optional unit (in any case, a blank before it allowed),
  ///   or beyond `Int.max`.
  package static func parse(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
    guard let count = Int(digits) else { return nil }
    if digits.count == text.count { return count }
    guard let factor = units.first(where: { $0.name.lowercased() == unit })?.bytes else { return nil }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: factor)
    return overflow ? nil : bytes
  }

  /// In the largest unit of which `bytes` is a whole number, so that `parse` gives it back exactly.
  package static func write(_ bytes: Int) -> String {
    guard bytes > 0, let unit = units.first(where: { bytes.isMultiple(of: $0.bytes) }) else { return "\(bytes)" }
    return "\(bytes / unit.bytes)\(unit.name)"
  }
}
