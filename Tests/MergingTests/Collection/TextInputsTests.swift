import Checkpoints
import Foundation
import TestSupport
import Testing
import Transformers

@testable import Merging

@Suite struct TextInputsTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func open(_ tensors: [NamedTensor], _ configuration: String = #"{"model_type": "bert"}"#) throws -> TextInputs
  {
    let configuration = #"{"vocab_size": 9, "max_position_embeddings": 5, "# + configuration.dropFirst()
    let encoder = try Encoder(json: Data(configuration.utf8), fileName: "config.json", names: [])
    guard case .text(let text) = encoder.input else { preconditionFailure("no text encoder") }
    let file = try TokenFile(path: try scratch.write(tensors, as: "inputs.safetensors"))
    return TextInputs(file, labels: .tensor(file.file), configuration: text)
  }

  private func message(
    _ tensors: [NamedTensor], _ configuration: String = #"{"model_type": "bert"}"#
  ) -> String {
    do {
      let inputs = try open(tensors, configuration)
      for index in 0..<inputs.count { _ = try inputs.tokens(index) }
      return "none"
    } catch { return "\(error)".replacing(scratch.path + "/", with: "") }
  }

  private func integers(_ name: String, _ rows: [[Int64]]) -> NamedTensor {
    NamedTensor(name: name, integers: rows.flatMap(\.self), shape: [rows.count, rows[0].count])
  }

  private let ids = [[Int64]]([[2, 3, 4, 5], [6, 7, 0, 0]])

  @Test func paddingIsLeftOut() throws {
    let inputs = try open([
      integers("input_ids", ids), integers("attention_mask", [[1, 1, 1, 1], [1, 1, 0, 0]]),
      integers("token_type_ids", [[0, 0, 1, 1], [0, 1, 0, 0]]),
    ])
    #expect(inputs.count == 2)
    #expect(try inputs.tokens(0) == .init(words: [2, 3, 4, 5], types: [0, 0, 1, 1]))
    #expect(try inputs.tokens(1) == .init(words: [6, 7], types: [0, 1]))
  }

  @Test("Without a mask every token counts; a model without token types ignores them")
  func neitherMaskNorTypes() throws {
    let inputs = try open([integers("input_ids", ids)])
    #expect(try inputs.tokens(1) == .init(words: [6, 7, 0, 0], types: []))
    let types = integers("token_type_ids", [[0, 0, 7, 7], [0, 0, 0, 0]])
    let untyped = try open([integers("input_ids", ids), types], #"{"model_type": "gpt2"}"#)
    #expect(try untyped.tokens(0) == .init(words: [2, 3, 4, 5], types: []))
  }

  @Test func otherTextsAreRefused() {
    let texts = integers("input_ids", ids)
    #expect(message([]) == "inputs.safetensors holds no texts: no 'input_ids' (I64 [N, L]), but nothing")
    #expect(
      message([NamedTensor(zeros: "input_ids", .f32, [2, 4])])
        == "inputs.safetensors: 'input_ids' is F32 [2, 4]; it must be whole numbers [N, L]")
    #expect(
      message([texts, integers("attention_mask", [[1, 1], [1, 1]])])
        == "inputs.safetensors: 'attention_mask' is I64 [2, 2], but 'input_ids' has shape [2, 4]")
    #expect(
      message([texts, integers("attention_mask", [[1, 1, 1, 1], [0, 1, 1, 0]])])
        == "inputs.safetensors: text 1 is not padded on the right: its 'attention_mask' must be ones, then zeros")
    #expect(
      message([texts, integers("attention_mask", [[0, 0, 0, 0], [1, 1, 1, 0]])])
        == "inputs.safetensors: text 0 has no tokens")
    #expect(
      message([integers("input_ids", [[2, 9, 1, 1]])])
        == "inputs.safetensors: token 9 of text 0 is none of the model's 9; is this the tokenizer of another model?")
    #expect(
      message([texts, integers("token_type_ids", [[0, 0, 0, 0], [0, 2, 0, 0]])])
        == "inputs.safetensors: token type 2 of text 1 is none of the model's 2")
  }

  @Test("RoBERTa's positions begin behind the padding token's")
  func textsThatAreTooLong() {
    let texts = integers("input_ids", ids)
    #expect(message([texts]) == "none")
    #expect(
      message([texts], #"{"model_type": "roberta"}"#)
        == "inputs.safetensors: text 0 has 4 tokens, but the model has positions for 3")
  }
}
