import Testing

@testable import Tokenizers

@Suite struct ScalarTrieTests {
  private let trie = {
    var trie = ScalarTrie()
    for (id, text) in ["a", "abc", "##c", "é", "e\u{301}"].enumerated() {
      trie.insert(text.unicodeScalars, id: Int32(id))
    }
    return trie
  }()

  @Test func findsTextsByTheirScalars() {
    #expect(trie.id(of: "a") == 0)
    #expect(trie.id(of: "ab") == nil)
    #expect(trie.id(of: "abcd") == nil)
    #expect(trie.id(of: "é") == 3)
    #expect(trie.id(of: "e\u{301}") == 4)
  }

  @Test func theFirstIDOfATextCounts() {
    var trie = trie
    let previous = trie.insert("abc".unicodeScalars, id: 9)
    #expect(previous == 1)
    #expect(trie.id(of: "abc") == 1)
  }

  @Test func findsTheLongestMatch() throws {
    let scalars = Array("xabcab".unicodeScalars)
    let whole = try #require(trie.longestMatch(in: scalars, 1..<6))
    #expect(whole == (4, 1))
    let cut = try #require(trie.longestMatch(in: scalars, 1..<3))
    #expect(cut == (2, 0))
    #expect(trie.longestMatch(in: scalars, 0..<6) == nil)
    let node = try #require(trie.node(of: "##".unicodeScalars))
    let inside = try #require(trie.longestMatch(in: scalars, 3..<6, from: node))
    #expect(inside == (4, 2))
  }
}
