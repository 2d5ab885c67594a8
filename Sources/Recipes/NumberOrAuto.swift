/// A number, or the word `auto`, which leaves its choice to a search without labels.
enum NumberOrAuto: Equatable, Sendable {
  case number(Double)
  case auto

  /// Nil for `auto`.
  var number: Double? { if case .number(let value) = self { value } else { nil } }
}

extension ValueKind where Value == NumberOrAuto {
  /// - Parameter kind: of the number.
  static func auto(or kind: ValueKind<Double>) -> ValueKind {
    ValueKind(
      read: { (node, name) throws(Finding) in
        if case .text("auto", isQuoted: _) = node.content { return .auto }
        return .number(try kind.read(node, name))
      },
      write: { $0.number.map(kind.write) ?? "auto" })
  }
}
