import Testing

@testable import Tokenizers

@Suite struct TokenizerTests {
  @Test(arguments: TokenizerFixtures.names) func encodesAsTheLibrary(name: String) throws {
    let tokenizer = try Tokenizer(folder: TokenizerFixtures.path(of: name))
    let texts = try TokenizerFixtures.texts()
    let cases = try TokenizerFixtures.cases(of: name)
    #expect(cases.count > 50)
    for expected in cases {
      let encoding = tokenizer.encode(
        texts[expected.text], pair: expected.pair.map { texts[$0] }, limit: expected.limit)
      let types = expected.types ?? Array(repeating: 0, count: expected.ids.count)
      #expect(
        encoding == Encoding(ids: expected.ids, types: types),
        "text \(expected.text), pair \(String(describing: expected.pair)), limit \(expected.limit)")
    }
  }

  @Test func idsStayBelowTheVocabularyCount() throws {
    for name in TokenizerFixtures.names {
      let tokenizer = try Tokenizer(folder: TokenizerFixtures.path(of: name))
      let largest = try TokenizerFixtures.cases(of: name).flatMap(\.ids).max() ?? 0
      #expect(Int(largest) < tokenizer.vocabularyCount, "\(name)")
    }
  }

  @Test func vocabularyCountsOfTheFixtures() throws {
    #expect(try Tokenizer(folder: TokenizerFixtures.path(of: "bert-uncased")).vocabularyCount == 700)
    #expect(try Tokenizer(folder: TokenizerFixtures.path(of: "gpt2")).vocabularyCount == 420)
  }

  @Test func theLeastLimitLeavesTheSpecialTokens() throws {
    let tokenizer = try Tokenizer(folder: TokenizerFixtures.path(of: "bert-uncased"))
    #expect(tokenizer.specialCount(isPair: false) == 2 && tokenizer.specialCount(isPair: true) == 3)
    #expect(tokenizer.encode("all human beings", limit: 2).ids == [2, 3])
    #expect(tokenizer.encode("all", pair: "human", limit: 3).ids == [2, 3, 3])
  }

  @Test func aLimitWithoutRoomForTheSpecialTokensIsAMistakeOfTheCaller() async {
    await #expect(processExitsWith: .failure) {
      let tokenizer = try Tokenizer(folder: TokenizerFixtures.path(of: "bert-uncased"))
      _ = tokenizer.encode("all", pair: "human", limit: 2)
    }
  }

  @Test func noTextIsTooLong() throws {
    for name in TokenizerFixtures.names {
      let tokenizer = try Tokenizer(folder: TokenizerFixtures.path(of: name))
      for text in ["a", " ", "aB1 ", "é\u{301}", "<s>"] {
        let long = String(repeating: text, count: 2_000)
        #expect(tokenizer.encode(long, limit: 10).ids.count <= 10)
      }
    }
  }
}
