import Checkpoints
import Testing

@testable import Tokenizers

@Suite struct TokenizerErrorTests {
  @Test(arguments: [
    TokenizerError.noTokenizer(folder: "m/f", lookedFor: ["tokenizer.json"]),
    .missing(path: "m/f", place: "model"),
    .invalid(path: "m/f", place: "model", reason: "is not an object"),
    .unsupported(path: "m/f", place: "model", feature: "Unigram"),
  ])
  func messagesBeginWithThePathAndSayWhatToDo(error: TokenizerError) {
    #expect(error.description.hasPrefix("m/f: "))
    #expect(error.description.contains("; c"))
  }

  @Test func errorsOfFilesSpeakForThemselves() {
    let error = CheckpointError.notJSON(path: "m/f", offset: 3, reason: "a colon is expected here")
    #expect(TokenizerError.file(error).description == error.description)
  }

  @Test func messagesAreSentences() {
    #expect(
      TokenizerError.unsupported(path: "m", place: "normalizer", feature: "Precompiled").description
        == "m: normalizer: \"Precompiled\" is not supported; choose a model with a tokenizer of the BERT, RoBERTa,"
        + " GPT-2 or CLIP kind")
  }

  @Test func namesFromFilesCannotForgeLines() {
    let message = TokenizerError.unsupported(path: "m", place: "model", feature: "a\n\u{1B}[2Jdone").description
    #expect(!message.contains("\n") && !message.contains("\u{1B}"))
  }

  @Test func longNamesAreCut() {
    let long = String(repeating: "e\u{301}", count: 1_000)
    let message = TokenizerError.unsupported(path: "m", place: "model", feature: long).description
    #expect(message.unicodeScalars.count < 250 && message.contains("…\""))
    #expect(String(repeating: "a", count: 80).quoted.count == 82)
  }
}
