import Testing

@testable import Tokenizers

@Suite struct WordPieceTests {
  private func encode(_ word: String, prefix: String = "##", maximumLength: Int = 8) -> [Int32] {
    var vocabulary = Vocabulary()
    for (id, token) in ["?", "un", "##aff", "##able", "##a", "un##", "able", "e\u{301}"].enumerated() {
      vocabulary.add(token, id: Int32(id))
    }
    let model = WordPiece(
      vocabulary: vocabulary, unknownID: 0, continuingPrefix: prefix, maximumLength: maximumLength)
    var ids: [Int32] = [42]
    let scalars = Array("x\(word)x".unicodeScalars)
    model.encode(scalars, 1..<scalars.count - 1, into: &ids)
    #expect(ids.first == 42)
    return Array(ids.dropFirst())
  }

  @Test func takesTheLongestTokens() {
    #expect(encode("unaffable", maximumLength: 9) == [1, 2, 3])
    #expect(encode("una") == [1, 4])
    #expect(encode("able") == [6])
  }

  @Test func anUnknownPartMakesTheWordUnknown() {
    #expect(encode("unx") == [0])
    #expect(encode("unaf") == [0])
    #expect(encode("é") == [0])
    #expect(encode("e\u{301}") == [7])
  }

  @Test func longWordsAreUnknown() {
    #expect(encode("unaffable") == [0])
  }

  @Test func prefixesMayBeEmptyOrMissing() {
    #expect(encode("unable", prefix: "") == [1, 6])
    #expect(encode("un", prefix: "@@") == [1])
    #expect(encode("unable", prefix: "@@") == [0])
  }
}
