/// A span of time as recipes write it: `8h`, `90min`, `1h 30min`, `45s`, or a number of seconds.
enum Duration {
  private static let units: [(name: String, seconds: Int)] = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)]

  /// In seconds.
  ///
  /// - Returns: nil for anything but whole numbers with units, the larger units first and each once, or beyond `Int.max`.
  static func parse(_ text: String) -> Int? {
    if let seconds = Int(text), text.allSatisfy(\.isNumber) { return seconds }
    var rest = text[...]
    var units = units[...]
    var total = 0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { $0.isLetter }
      guard let count = Int(digits), let place = units.firstIndex(where: { $0.name == name }) else { return nil }
      let (part, overflows) = count.multipliedReportingOverflow(by: units[place].seconds)
      let (sum, sumOverflows) = total.addingReportingOverflow(part)
      guard !overflows, !sumOverflows else { return nil }
      total = sum
      units = units[(place + 1)...]
      rest = rest.dropFirst(name.count).drop { $0 == " " }
    }
    return text.isEmpty ? nil : total
  }

  /// So that `parse` gives it back.
  static func write(_ seconds: Int) -> String {
    var rest = seconds
    let parts = units.compactMap { unit -> String? in
      let count = rest / unit.seconds
      rest %= unit.seconds
      return count == 0 ? nil : "\(count)\(unit.name)"
    }
    return parts.isEmpty ? "0s" : parts.joined(separator: " ")
  }
}
