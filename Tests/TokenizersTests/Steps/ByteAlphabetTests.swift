import Testing

@testable import Tokenizers

@Suite struct ByteAlphabetTests {
  @Test func everyByteHasItsOwnVisibleCharacter() {
    #expect(Set(ByteAlphabet.scalars).count == 256)
    for scalar in ByteAlphabet.scalars {
      let category = CategorySet(scalar.properties.generalCategory)
      #expect(!CategorySet.invisible.contains(category) && !scalar.properties.isWhitespace)
    }
    #expect(ByteAlphabet.scalars[0x20] == "Ġ" && ByteAlphabet.scalars[0x0A] == "Ċ" && ByteAlphabet.scalars[0xFF] == "ÿ")
  }

  @Test func piecesKeepTheirBounds() {
    let pieces = PieceList(Array("é a".unicodeScalars), ranges: [0..<1, 1..<3])
    let encoded = ByteAlphabet.encode(pieces)
    #expect(String(scalars: encoded.scalars) == "Ã©Ġa")
    #expect(encoded.ranges == [0..<2, 2..<4])
  }
}
