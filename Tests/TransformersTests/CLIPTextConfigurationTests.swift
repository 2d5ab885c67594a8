import Foundation
import Testing
import Transformers

@Suite struct CLIPTextConfigurationTests {
  private func parse(_ json: String) throws -> CLIPTextConfiguration {
    try CLIPTextConfiguration(json: Data(json.utf8), fileName: "config.json")
  }

  private func refusal(_ json: String) -> String {
    do {
      _ = try parse(json)
      return "none"
    } catch { return "\(error)" }
  }

  /// transformers writes neither default values nor, for the published models, a configuration of texts with any.
  @Test("What transformers leaves out has its default")
  func huggingFacesDefaults() throws {
    for json in [#"{"model_type": "clip"}"#, #"{"model_type": "clip", "text_config": null}"#] {
      let text = try parse(json)
      #expect(text.naming == .huggingFace && text.width == 512 && text.mlpWidth == 2048 && text.layers == 12)
      #expect(text.heads == 8 && text.vocabulary == 49_408 && text.positions == 77 && text.projectionWidth == 512)
      #expect(text.activation == .quickGELU && text.epsilon == 1e-5)
    }
  }

  @Test func huggingFacesKeysAreRead() throws {
    let text = try parse(
      #"""
      {"model_type": "clip", "projection_dim": 24, "vision_config": {"hidden_size": 8},
       "text_config": {"hidden_size": 20, "intermediate_size": 30, "num_hidden_layers": 3, "num_attention_heads": 5,
                       "vocab_size": 99, "max_position_embeddings": 12, "layer_norm_eps": 1e-6, "hidden_act": "gelu"}}
      """#)
    #expect(text.width == 20 && text.mlpWidth == 30 && text.layers == 3 && text.heads == 5 && text.vocabulary == 99)
    #expect(text.positions == 12 && text.projectionWidth == 24 && text.epsilon == 1e-6 && text.activation == .gelu)
  }

  @Test func openCLIPsKeysAndDefaults() throws {
    let plain = try parse(#"{"model_cfg": {"embed_dim": 512, "text_cfg": {}}}"#)
    #expect(plain.naming == .openCLIP && plain.width == 512 && plain.mlpWidth == 2048 && plain.layers == 12)
    #expect(plain.heads == 8 && plain.vocabulary == 49_408 && plain.positions == 77 && plain.projectionWidth == 512)
    #expect(plain.activation == .gelu && plain.epsilon == 1e-5)
    let text = try parse(
      #"""
      {"model_cfg": {"embed_dim": 24, "quick_gelu": true, "text_cfg": {
        "width": 20, "layers": 3, "heads": 5, "vocab_size": 99, "context_length": 12, "pool_type": "tok"}}}
      """#)
    #expect(text.width == 20 && text.mlpWidth == 80 && text.layers == 3 && text.heads == 5 && text.vocabulary == 99)
    #expect(text.positions == 12 && text.projectionWidth == 24 && text.activation == .quickGELU)
  }

  @Test("Every parameter has its name and shape, and the last token stands for the text")
  func theEncoder() throws {
    let text = try parse(
      #"""
      {"model_type": "clip", "projection_dim": 6,
       "text_config": {"hidden_size": 8, "intermediate_size": 10, "num_hidden_layers": 1, "num_attention_heads": 2,
                       "vocab_size": 9, "max_position_embeddings": 5}}
      """#)
    let encoder = Encoder(text)
    let shapes = Dictionary(uniqueKeysWithValues: encoder.layout.parameters.map { ($0.name, $0.shape) })
    #expect(shapes["text_model.embeddings.token_embedding.weight"] == [9, 8])
    #expect(shapes["text_model.embeddings.position_embedding.weight"] == [5, 8])
    #expect(shapes["text_model.encoder.layers.0.mlp.fc1.weight"] == [10, 8])
    #expect(shapes["text_projection.weight"] == [6, 8])
    #expect(shapes.count == 2 + 16 + 2 + 1)
    #expect(encoder.featureWidth == 6 && encoder.fixedTokens == nil && encoder.checkpointHead == nil)
  }

  @Test func whatCannotBeComputedIsRefused() {
    let clip = #"{"model_type": "clip", "text_config": "#
    let open = #"{"model_cfg": {"embed_dim": 8, "text_cfg": "#
    let variant = "is a variant of the text tower that this program does not know"
    for (json, message) in [
      (#"{"model_type": "clip_vision_model"}"#, "only a whole CLIP model (model_type clip) has a text tower"),
      (#"{"model_type": "bert"}"#, "only a whole CLIP model (model_type clip) has a text tower"),
      ("[]", nil), ("{", nil),
      (clip + "3}", "text_config is not a JSON object"),
      (clip + #"{"hidden_size": 10, "num_attention_heads": 3}}"#, "a width of 10 does not divide into 3 heads"),
      (clip + #"{"num_hidden_layers": 0}}"#, "the number of layers for texts is 0, and can be 1 to 1024"),
      (clip + #"{"num_hidden_layers": 5000}}"#, "the number of layers for texts is 5000, and can be 1 to 1024"),
      (clip + #"{"vocab_size": -1}}"#, "the vocabulary is -1, and can be 1 to 16777216"),
      (clip + #"{"layer_norm_eps": 0}}"#, "layer_norm_eps is 0.0"),
      (clip + #"{"hidden_act": "relu"}}"#, "hidden_act is relu; this program knows quick_gelu, gelu and gelu_new"),
      (#"{"model_cfg": {"embed_dim": 8}}"#, "has no text_cfg"),
      (#"{"model_cfg": {"text_cfg": {}}}"#, "has no embed_dim"),
      (open + #"{"hf_model_name": "roberta-base"}}}"#, "text_cfg.hf_model_name \(variant)"),
      (open + #"{"pool_type": "argmax"}}}"#, "text_cfg.pool_type \(variant)"),
      (open + #"{"no_causal_mask": true}}}"#, "text_cfg.no_causal_mask \(variant)"),
      (open + #"{"no_causal_mask": false}}}"#, "none"),
    ] as [(String, String?)] {
      let refusal = refusal(json)
      if let message { #expect(refusal.contains(message), "\(json): \(refusal)") }
      #expect(refusal == "none" || refusal.hasPrefix("config.json"), "\(json): \(refusal)")
      #expect((refusal == "none") == (message == "none"), "\(json): \(refusal)")
    }
  }
}
