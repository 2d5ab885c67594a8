import Foundation

/// The steps of normalisation that follow decomposition.
///
/// Foundation takes them too, but does not order the marks of a composite that consists of marks, and leaves
/// a letter and its mark apart where a mark of another script stands between them.
///
/// Source: The Unicode Standard, section 3.11, definitions D108, D109 and D115 to D117; section 3.12 for
/// Hangul.
enum Composition {
  /// Brings marks in a row into the order of their combining classes; those of one class keep theirs.
  static func order(_ text: String) -> [Unicode.Scalar] {
    var scalars = Array(text.unicodeScalars)
    var start: Int?
    for index in 0...scalars.count {
      if index < scalars.count && scalars[index].combiningClass != 0 {
        start = start ?? index
      } else if let first = start {
        // Swift's sort is stable.
        if index - first > 1 { scalars[first..<index].sort { $0.combiningClass < $1.combiningClass } }
        start = nil
      }
    }
    return scalars
  }

  /// Puts together what decomposition took apart.
  ///
  /// - Parameter scalars: in a decomposed normal form.
  static func compose(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(scalars.count)
    var starter: Int?
    var lastClass: UInt8 = 0
    for scalar in scalars {
      let combiningClass = scalar.combiningClass
      if let index = starter, index == result.count - 1 || lastClass < combiningClass,
        let composite = composite(result[index], scalar)
      {
        result[index] = composite
        continue
      }
      if combiningClass == 0 { starter = result.count }
      lastClass = combiningClass
      result.append(scalar)
    }
    return result
  }

  /// The character that two are together, if there is one.
  private static func composite(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    if let syllable = hangulSyllable(first.value, second.value) { return Unicode.Scalar(syllable) }
    return composites[HashTable.key(first.value, second.value)].flatMap { Unicode.Scalar(UInt32($0)) }
  }

  private static func hangulSyllable(_ first: UInt32, _ second: UInt32) -> UInt32? {
    let (syllables, leading, vowels, trailing): (UInt32, UInt32, UInt32, UInt32) = (0xAC00, 0x1100, 0x1161, 0x11A7)
    if leading..<leading + 19 ~= first && vowels..<vowels + 21 ~= second {
      return syllables + ((first - leading) * 21 + (second - vowels)) * 28
    }
    let hasNoTrailing = syllables..<syllables + 11172 ~= first && (first - syllables) % 28 == 0
    return hasNoTrailing && trailing + 1..<trailing + 28 ~= second ? first + (second - trailing) : nil
  }

  /// All pairs that compose, but for Hangul: those of which some character consists that is composed itself.
  private static let composites: HashTable = {
    var table = HashTable()
    for value in [UInt32](0xC0..<0x3100) + [UInt32](0x11000..<0x12000) {
      guard let scalar = Unicode.Scalar(value), ScalarProperties(of: scalar).version <= NormalForm.version else {
        continue
      }
      let text = String(Character(scalar))
      let parts = Array(text.decomposedStringWithCanonicalMapping.unicodeScalars)
      guard let last = parts.last, parts.count > 1,
        text.precomposedStringWithCanonicalMapping.unicodeScalars.elementsEqual([scalar])
      else { continue }
      let rest = String(scalars: parts.dropLast()).precomposedStringWithCanonicalMapping.unicodeScalars
      if rest.count == 1, let first = rest.first {
        table.set(HashTable.key(first.value, last.value), to: UInt64(value))
      }
    }
    return table
  }()
}

extension Unicode.Scalar {
  fileprivate var combiningClass: UInt8 { value < 0x300 ? 0 : properties.canonicalCombiningClass.rawValue }
}
