import Testing

@testable import Tokenizers

@Suite struct ScalarSetTests {
  private let scalars = (UInt32(0)..<0x30000).compactMap(Unicode.Scalar.init)

  @Test func anInvertedSetIsTheRest() {
    for set in [ScalarSet.punctuation, .wordCharacters, ScalarSet([.whitespace, .category(.letters)]), .signs] {
      let inverted = ScalarSet([.set(set)], isInverted: true)
      #expect(scalars.allSatisfy { set.contains($0) != inverted.contains($0) })
    }
  }

  @Test func asciiBitsAgreeWithTheElements() {
    let set = ScalarSet([.category(.decimalDigits), .range("x"..."z")])
    for scalar in scalars.prefix(128) {
      let isIn = ("0"..."9").contains(scalar) || ("x"..."z").contains(scalar)
      #expect(set.contains(scalar) == isIn)
    }
  }

  @Test func categoriesAreThoseOfUnicode16() {
    let letters = ScalarSet([.category(.letters)])
    #expect(letters.contains("ß") && letters.contains("\u{1C89}"))
    // Assigned in Unicode 17.
    #expect(!letters.contains("\u{A7D2}"))
  }

  @Test func punctuationIsThatOfUnicode8() {
    #expect(ScalarSet.punctuation.contains("¿") && ScalarSet.punctuation.contains("+"))
    #expect(!ScalarSet.punctuation.contains("€"))
    #expect(ScalarSet.punctuation.contains("\u{166D}") && ScalarSet.punctuation.contains("\u{111C9}"))
    #expect(!ScalarSet.punctuation.contains("\u{2E43}"))
  }
}
