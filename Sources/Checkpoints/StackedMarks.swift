/// Letters under so many accents that comparing texts would take a time that grows with the square of their number: where
/// texts are equal whatever the order of the accents, these have to be sorted first.
///
/// Source: Unicode Standard Annex 15, section 13, where a text with at most 30 is safe; more than that is found in play, and
/// the limit here in no text that anybody reads.
package enum StackedMarks {
  /// The most accents on one letter.
  package static let most = 1_000

  /// Where a text in UTF-8 has more than that.
  ///
  /// - Parameter escapes: whether a backslash, `u` and four hexadecimal digits stand for a character, as in JSON.
  /// - Returns: in bytes from the start; nil where it has not.
  package static func firstExcess(in text: UnsafeRawBufferPointer, escapes: Bool = false) -> Int? {
    var count = 0
    var index = 0
    while index < text.count {
      let byte = text[index]
      if byte < 0x80, !escapes || byte != UInt8(ascii: "\\") {
        count = 0
        index += 1
        continue
      }
      let (value, length) = byte < 0x80 ? escape(text, at: index) : character(text, at: index)
      // What is no character leaves the count as it is.
      if let scalar = Unicode.Scalar(value) {
        count = scalar.properties.canonicalCombiningClass == .notReordered ? 0 : count + 1
        if count > most { return index }
      }
      index += length
    }
    return nil
  }

  /// - Throws: `CheckpointError.stackedMarks`.
  package static func check(
    _ text: [UInt8], escapes: Bool = false, path: String
  ) throws(CheckpointError) {
    let excess = text.withUnsafeBytes { firstExcess(in: $0, escapes: escapes) }
    if let excess { throw .stackedMarks(path: path, offset: excess) }
  }

  /// The character that begins with a byte above ASCII; 0xD800 where there is none.
  private static func character(_ text: UnsafeRawBufferPointer, at index: Int) -> (value: UInt32, length: Int) {
    let first = text[index]
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    guard first >= 0xC2, index + length <= text.count else { return (0xD800, 1) }
    let value = text[index + 1..<index + length].reduce(UInt32(first) & (0x7F >> UInt32(length))) {
      $0 << 6 | UInt32($1 & 0x3F)
    }
    return (value, length)
  }

  /// The character of an escape, or of the two of a surrogate pair; a backslash where it is another escape.
  private static func escape(_ text: UnsafeRawBufferPointer, at index: Int) -> (value: UInt32, length: Int) {
    // Where no digits follow, what does may be a backslash that begins no escape.
    guard let unit = unit(text, at: index) else { return (0x5C, 2) }
    guard (0xD800..<0xDC00).contains(unit), let low = self.unit(text, at: index + 6), (0xDC00..<0xE000).contains(low)
    else { return (unit, 6) }
    return (0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00), 12)
  }

  /// The number in a backslash, `u` and four hexadecimal digits.
  private static func unit(_ text: UnsafeRawBufferPointer, at index: Int) -> UInt32? {
    guard index + 6 <= text.count, text[index] == UInt8(ascii: "\\"), text[index + 1] == UInt8(ascii: "u") else {
      return nil
    }
    var value: UInt32 = 0
    for digit in text[index + 2..<index + 6] {
      guard let number = Character(Unicode.Scalar(digit)).hexDigitValue else { return nil }
      value = value << 4 | UInt32(number)
    }
    return value
  }
}
