import Testing

@testable import Tokenizers

@Suite struct BytePairEncodingTests {
  private static func model(
    _ tokens: [String], merges lines: [String], unknown: String? = nil,
    options: BytePairEncoding.Options = .init()
  ) throws -> BytePairEncoding {
    var vocabulary = Vocabulary()
    for (id, token) in tokens.enumerated() { vocabulary.add(token, id: Int32(id)) }
    var merges = MergeList()
    for line in lines {
      let isPair = merges.add(line)
      #expect(isPair)
    }
    return BytePairEncoding(
      vocabulary: vocabulary, merges: try merges.table(vocabulary, continuingPrefix: options.continuingPrefix),
      unknownID: unknown.flatMap { vocabulary[$0] }, options: options)
  }

  private func encode(_ word: String, _ model: BytePairEncoding) -> [Int32] {
    var ids: [Int32] = [42]
    let scalars = Array("x\(word)x".unicodeScalars)
    model.encode(scalars, 1..<scalars.count - 1, into: &ids)
    #expect(ids.first == 42)
    return Array(ids.dropFirst())
  }

  @Test func theFirstMergeOfTheListGoesFirst() throws {
    let tokens = ["a", "b", "c", "ab", "bc", "abc"]
    #expect(encode("abc", try Self.model(tokens, merges: ["a b", "b c"])) == [3, 2])
    #expect(encode("abc", try Self.model(tokens, merges: ["b c", "a b"])) == [0, 4])
    #expect(encode("abc", try Self.model(tokens, merges: ["b c", "a b", "a bc"])) == [5])
    #expect(encode("abc", try Self.model(tokens, merges: ["a b", "b c", "a b"])) == [0, 4])
  }

  @Test func ofOneMergeTheLeftmostGoesFirst() throws {
    #expect(encode("aaaaa", try Self.model(["a", "aa"], merges: ["a a"])) == [1, 1, 0])
  }

  /// All words of two letters up to a length, against merging step by step.
  @Test func longAndShortWordsMergeAlike() throws {
    let tokens = ["a", "b", "ab", "ba", "aba", "abab", "bb", "aa", "abb", "aaab"]
    let model = try Self.model(
      tokens, merges: ["b b", "a b", "ab a", "b a", "ab ab", "a bb", "a a", "aa ab"])
    for length in 1...10 {
      for bits in 0..<(1 << length) {
        let word = String((0..<length).map { bits >> $0 & 1 == 0 ? "a" : "b" as Character })
        let padding = String(repeating: "z", count: 30)
        // A letter without a token is left out, but the word is long then.
        #expect(encode(word, model) == encode(word + padding, model), "\(word)")
      }
    }
    let long = String(repeating: "abbaabab", count: 40)
    var ids = long.unicodeScalars.map { Int32($0 == "a" ? 0 : 1) }
    while let best = ids.indices.dropLast().compactMap({ model.merges[ids[$0], ids[$0 + 1]]?.rank }).min() {
      let position = ids.indices.first { model.merges[ids[$0], ids[$0 + 1]]?.rank == best }!
      ids[position] = model.merges[ids[position], ids[position + 1]]!.id
      ids.remove(at: position + 1)
    }
    #expect(encode(long, model) == ids)
  }

  @Test func prefixesAndSuffixes() throws {
    let options = BytePairEncoding.Options(continuingPrefix: "@", endOfWordSuffix: "/")
    let model = try Self.model(
      ["a", "@b", "@c/", "a/", "ab", "abc/", "x"], merges: ["a @b", "ab @c/"], options: options)
    #expect(encode("abc", model) == [5])
    #expect(encode("a", model) == [3])
    #expect(encode("ab", model) == [0])
  }

  @Test func unknownCharacters() throws {
    let tokens = ["a", "?"]
    #expect(encode("zaz", try Self.model(tokens, merges: [])) == [0])
    #expect(encode("zzazz", try Self.model(tokens, merges: [], unknown: "?")) == [1, 1, 0, 1, 1])
    let fused = BytePairEncoding.Options(fusesUnknown: true)
    #expect(encode("zzazz", try Self.model(tokens, merges: [], unknown: "?", options: fused)) == [1, 0, 1])
  }

  @Test func bytesStandForCharacters() throws {
    let options = BytePairEncoding.Options(usesBytes: true)
    let model = try Self.model(["a", "?", "<0xC3>", "<0xA9>"], merges: [], unknown: "?", options: options)
    #expect(encode("éa", model) == [2, 3, 0])
    #expect(encode("zéa", model) == [2, 3, 1, 0])
    #expect(encode("zzéa", model) == [1, 2, 3, 1, 0])
    #expect(encode("àz", model) == [1, 1])
  }

  @Test func wholeWordsGoBeforeMerges() throws {
    let tokens = ["a", "b", "c", "ab", "abc"]
    let ignoring = BytePairEncoding.Options(ignoresMerges: true)
    #expect(encode("abc", try Self.model(tokens, merges: ["a b"], options: ignoring)) == [4])
    #expect(encode("abc", try Self.model(tokens, merges: ["a b"])) == [3, 2])
  }

  @Test func mergesOfUnknownTokensAreRefused() {
    for line in ["a z", "z a", "b a"] {
      #expect(throws: MergeList.Problem.self) { try Self.model(["a", "b", "ab"], merges: ["a b", line]) }
    }
    var list = MergeList()
    let additions = ["a", "a b c", "", "a b"].map { list.add($0) }
    #expect(additions == [false, false, false, true])
  }
}
