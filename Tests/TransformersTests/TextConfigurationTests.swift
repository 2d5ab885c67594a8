import Foundation
import Testing

@testable import Transformers

@Suite struct TextConfigurationTests {
  private func parse(_ json: String) throws -> TextConfiguration {
    let encoder = try Encoder(json: Data(json.utf8), fileName: "config.json", names: [])
    guard case .text(let configuration) = encoder.input else { preconditionFailure("no text encoder") }
    return configuration
  }

  private func refusal(_ json: String) -> String {
    do {
      _ = try parse(json)
      return "none"
    } catch { return "\(error)" }
  }

  @Test("What transformers leaves out has its default")
  func defaults() throws {
    let bert = try parse(#"{"model_type": "bert"}"#)
    #expect(bert.vocabulary == 30_522 && bert.width == 768 && bert.layers == 12 && bert.types == 2)
    #expect(bert.mostTokens == 512 && bert.activation == .gelu && bert.epsilon == 1e-12)
    let roberta = try parse(#"{"model_type": "roberta", "max_position_embeddings": 514, "type_vocab_size": 1}"#)
    #expect(roberta.vocabulary == 50_265 && roberta.mostTokens == 512 && roberta.padding == 1)
    let gpt2 = try parse(#"{"model_type": "gpt2", "n_embd": 96}"#)
    #expect(gpt2.vocabulary == 50_257 && gpt2.mlpWidth == 384 && gpt2.mostTokens == 1024 && gpt2.types == 0)
    #expect(gpt2.activation == .newGELU && gpt2.epsilon == 1e-5)
  }

  /// Sizes whose products exceed `Int`, whose tensors no list has room for, and positions that no table has.
  private static let extreme = [
    (
      #"{"model_type": "roberta", "pad_token_id": -9223372036854775808}"#,
      "the most tokens of a text is -9223372036854775297, and can be 1 to 512"
    ),
    (#"{"model_type": "roberta", "pad_token_id": -5}"#, "the most tokens of a text is 516, and can be 1 to 512"),
    (
      #"{"model_type": "bert", "num_hidden_layers": 1000000000}"#,
      "the number of layers is 1000000000, and can be 1 to 1024"
    ),
    (#"{"model_type": "bert", "hidden_size": 16777216}"#, "the width is 16777216, and can be 1 to 262144"),
    (
      #"{"model_type": "gpt2", "n_embd": 4611686018427387904}"#,
      "the width is 4611686018427387904, and can be 1 to 262144"
    ),
  ]

  @Test func theLargestSizesCanBeCounted() throws {
    let encoder = Encoder(
      try parse(
        """
        {"model_type": "bert", "hidden_size": 262144, "intermediate_size": 1048576, "num_hidden_layers": 1024,
         "num_attention_heads": 1, "vocab_size": 16777216, "max_position_embeddings": 16777216,
         "type_vocab_size": 16777216}
        """))
    #expect(encoder.layout.count > 1 << 49 && encoder.layout.count < Int.max / 4)
  }

  @Test func whatCannotBeComputedIsRefused() {
    let wrong = [
      (
        #"{"model_type": "bert", "position_embedding_type": "relative_key"}"#,
        "this program does not know relative_key position embeddings"
      ),
      (#"{"model_type": "bert", "is_decoder": true}"#, "this program knows bert as an encoder only"),
      (
        #"{"model_type": "gpt2", "scale_attn_by_inverse_layer_idx": true}"#,
        "this program does not know GPT-2 with scale_attn_by_inverse_layer_idx true"
      ),
      (
        #"{"model_type": "roberta", "hidden_size": 10, "num_attention_heads": 3}"#,
        "a width of 10 does not divide into 3 heads"
      ),
      (
        #"{"model_type": "roberta", "max_position_embeddings": 2}"#, "the most tokens of a text is 0, and can be 1 to 2"
      ),
      (#"{"model_type": "gpt2", "n_layer": 0}"#, "the number of layers is 0, and can be 1 to 1024"),
      (#"{"model_type": "bert", "layer_norm_eps": 0}"#, "the norms' epsilon is 0.0"),
    ]
    for (json, message) in wrong + Self.extreme { #expect(refusal(json) == "config.json: \(message)") }
  }
}
