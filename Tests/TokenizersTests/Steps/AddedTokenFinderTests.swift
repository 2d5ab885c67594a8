import Testing

@testable import Tokenizers

@Suite struct AddedTokenFinderTests {
  private func split(_ text: String, _ tokens: [AddedToken]) -> [String] {
    var finder = AddedTokenFinder()
    for token in tokens { finder.add(token, Array(token.content.unicodeScalars)) }
    let scalars = Array(text.unicodeScalars)
    return finder.split(scalars).map { part in
      switch part {
      case .token(let id): "#\(id)"
      case .text(let range): String(scalars: scalars[range])
      }
    }
  }

  @Test func theLongestTokenIsFound() {
    let tokens = [AddedToken(content: "<a>", id: 1), AddedToken(content: "<a>b", id: 2)]
    #expect(split("x<a>b<a>c<a", tokens) == ["x", "#2", "#1", "c<a"])
    #expect(split("", tokens) == [])
    #expect(split("aaa", [AddedToken(content: "aa", id: 1)]) == ["#1", "a"])
    #expect(split("<a>", tokens) == ["#1"])
  }

  @Test func whiteSpaceIsTaken() {
    let left = AddedToken(content: "L", id: 1, stripsLeft: true)
    let right = AddedToken(content: "R", id: 2, stripsRight: true)
    #expect(split("a  L b R  c", [left, right]) == ["a", "#1", " b ", "#2", "c"])
    #expect(split("R \u{3000} L", [left, right]) == ["#2", "#1"])
  }

  @Test func insideAWordASingleWordDoesNotCount() {
    let token = AddedToken(content: "ab", id: 1, isSingleWord: true)
    #expect(split("ab xab abx ab- \u{301}ab ab_", [token]) == ["#1", " xab abx ", "#1", "- \u{301}ab ab_"])
  }

  @Test func ofTwoTokensThatAreTheSameTextTheFirstIsFound() {
    #expect(split("xa", [AddedToken(content: "a", id: 1), AddedToken(content: "a", id: 2)]) == ["x", "#1"])
  }
}
