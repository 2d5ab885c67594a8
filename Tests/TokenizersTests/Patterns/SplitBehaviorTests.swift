import Testing

@testable import Tokenizers

/// The examples are those of the library's documentation.
@Suite struct SplitBehaviorTests {
  private func split(_ text: String, _ behavior: SplitBehavior, isInverted: Bool = false) -> [String] {
    let pieces = PieceList(Array(text.unicodeScalars))
    let splitter = Splitter(Pattern([.text(["-"])]), behavior, isInverted: isInverted)
    return splitter.split(pieces).ranges.map { String(scalars: pieces.scalars[$0]) }
  }

  @Test func everyBehavior() {
    let text = "the-final--countdown"
    #expect(split(text, .removed) == ["the", "final", "countdown"])
    #expect(split(text, .isolated) == ["the", "-", "final", "-", "-", "countdown"])
    #expect(split(text, .mergedWithPrevious) == ["the-", "final-", "-", "countdown"])
    #expect(split(text, .mergedWithNext) == ["the", "-final", "-", "-countdown"])
    #expect(split(text, .contiguous) == ["the", "-", "final", "--", "countdown"])
  }

  @Test func invertedDelimitersAreWhatIsBetween() {
    #expect(split("a--b", .removed, isInverted: true) == ["-", "-"])
    #expect(split("a--b", .isolated, isInverted: true) == ["a", "-", "-", "b"])
    #expect(split("a--b", .mergedWithNext, isInverted: true) == ["a-", "-", "b"])
    #expect(split("a--b", .contiguous, isInverted: true) == ["a", "--", "b"])
  }

  @Test func textsWithoutOrWithNothingButDelimiters() {
    for behavior in [SplitBehavior.isolated, .mergedWithPrevious, .mergedWithNext, .contiguous] {
      #expect(split("ab", behavior) == ["ab"])
      #expect(split("-", behavior) == ["-"])
      #expect(split("", behavior) == [])
    }
    #expect(split("--", .removed) == [])
  }
}
