import Testing

@testable import Tokenizers

@Suite struct PreTokenizerTests {
  private func cut(_ text: String, _ preTokenizer: PreTokenizer) -> [String] {
    let pieces = preTokenizer.cut(PieceList(Array(text.unicodeScalars)))
    return pieces.ranges.map { String(scalars: pieces.scalars[$0]) }
  }

  @Test func bert() {
    #expect(cut(" Hey, you're—ok\u{3000}", .bert) == ["Hey", ",", "you", "'", "re", "—", "ok"])
  }

  @Test func words() {
    #expect(cut("a_1 b!? é\u{301}", .words) == ["a_1", "b", "!?", "é\u{301}"])
  }

  @Test func digits() {
    #expect(cut("a12½b", .digits(.isolated)) == ["a", "1", "2", "½", "b"])
    #expect(cut("a12½b", .digits(.contiguous)) == ["a", "12½", "b"])
  }

  @Test func gpt2() {
    let preTokenizer = PreTokenizer.byteLevel(addsPrefixSpace: false, .gpt2)
    #expect(
      cut("I'd've  seen 12 cats!?\n", preTokenizer) == ["I", "'d", "'ve", "Ġ", "Ġseen", "Ġ12", "Ġcats", "!?", "Ċ"])
  }

  @Test func prefixSpaces() {
    let preTokenizer = PreTokenizer.byteLevel(addsPrefixSpace: true, .gpt2)
    #expect(cut("a b", preTokenizer) == ["Ġa", "Ġb"])
    #expect(cut(" a", preTokenizer) == ["Ġa"])
    #expect(cut("", preTokenizer) == [])
    #expect(cut("a b", .sequence([.whitespaceSplit, .byteLevel(addsPrefixSpace: true, nil)])) == ["Ġa", "Ġb"])
  }

  @Test func properties() {
    let bytes = PreTokenizer.byteLevel(addsPrefixSpace: true, nil)
    #expect(bytes.byteLevelCount == 1 && bytes.addsPrefixSpace)
    let nested = PreTokenizer.sequence([.bert, bytes, .sequence([.byteLevel(addsPrefixSpace: false, .gpt2)])])
    #expect(nested.byteLevelCount == 2 && nested.addsPrefixSpace)
    #expect(PreTokenizer.bert.byteLevelCount == 0 && !PreTokenizer.bert.addsPrefixSpace)
  }

  @Test func clip() {
    #expect(cut("it's 12!", .split(.clip)) == ["it", "'s", "1", "2", "!"])
    #expect(cut("a<|endoftext|>!", .split(.clip)) == ["a", "<|endoftext|>", "!"])
  }
}
