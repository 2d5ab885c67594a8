import Testing

@testable import Tokenizers

@Suite struct PatternTests {
  private func matches(_ pattern: Pattern, _ text: String) -> [String] {
    let scalars = Array(text.unicodeScalars)
    return pattern.matches(in: scalars, 0..<scalars.count).map { String(scalars: scalars[$0]) }
  }

  private func text(_ text: String) -> Pattern.Alternative { .text(Array(text.unicodeScalars)) }

  @Test func theFirstAlternativeWins() {
    #expect(matches(Pattern([text("a"), text("ab")]), "abab") == ["a", "a"])
    #expect(matches(Pattern([text("ab"), text("a")]), "aba") == ["ab", "a"])
    #expect(matches(Pattern([.one(.letters), text("ab")]), "ab-") == ["a", "b"])
  }

  @Test func manyTakesAllThereIs() {
    #expect(matches(Pattern([.many(.letters)]), "aé b\u{301} 1c") == ["aé", "b", "c"])
    #expect(matches(Pattern([.manyAfterSpace(.numbers)]), " 12 a3  4 ") == [" 12", "3", " 4"])
    #expect(matches(.words, "²\u{200D}_é\u{301}१ !? a") == ["²", "\u{200D}_é\u{301}१", "!?", "a"])
  }

  @Test func whiteSpaceLeavesItsLastToTheWord() {
    let pattern = Pattern([.spaceBeforeWord])
    #expect(matches(pattern, "a   b ") == ["  ", " ", " "])
    #expect(matches(pattern, "a\t\n") == ["\t\n"])
    #expect(matches(pattern, "\u{3000}b") == ["\u{3000}"])
  }

  @Test func aRangeHidesWhatIsOutside() {
    let scalars = Array("a  bc".unicodeScalars)
    let pattern = Pattern([.spaceBeforeWord, text("bc")])
    #expect(pattern.matches(in: scalars, 0..<3) == [1..<3])
    #expect(pattern.matches(in: scalars, 0..<4) == [1..<2, 2..<3])
    #expect(pattern.matches(in: scalars, 1..<5) == [1..<2, 2..<3, 3..<5])
    #expect(pattern.matches(in: scalars, 2..<2) == [])
  }

  @Test func punctuation() {
    #expect(matches(Pattern([.one(.punctuation)]), "a.a+a.") == [".", "+", "."])
  }

  @Test(arguments: [Pattern.gpt2, .clip, .clipWithoutTokens, .words]) func onlyWhiteSpaceIsLeftOver(pattern: Pattern) {
    let scalars = (UInt32(0)..<0x20000).compactMap(Unicode.Scalar.init)
    var isMatched = Array(repeating: false, count: scalars.count)
    for range in pattern.matches(in: scalars, 0..<scalars.count) {
      for index in range { isMatched[index] = true }
    }
    let left = zip(scalars, isMatched).filter { !$1 && !$0.properties.isWhitespace }
    #expect(left.isEmpty)
  }
}
