import Foundation
import TestSupport
import Testing
import Transformers

@Suite struct CLIPVisionConfigurationTests {
  private func parse(_ text: String) throws -> CLIPVisionConfiguration {
    try CLIPVisionConfiguration(json: Data(text.utf8), fileName: "config.json")
  }

  private func refusal(_ text: String) -> String? {
    do {
      _ = try parse(text)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test("Hugging Face's vision tower")
  func flat() throws {
    let text = """
      {"model_type": "clip_vision_model", "architectures": ["CLIPVisionModelWithProjection"], "hidden_size": 32,
       "intermediate_size": 80, "projection_dim": 20, "num_hidden_layers": 2, "num_attention_heads": 4,
       "num_channels": 1, "image_size": 25, "patch_size": 8, "hidden_act": "gelu", "layer_norm_eps": 1e-06}
      """
    let wanted = CLIPVisionConfiguration(
      naming: .huggingFace, width: 32, mlpWidth: 80, layers: 2, heads: 4, imageSize: 25, patchSize: 8, channels: 1,
      projectionWidth: 20, activation: .gelu, epsilon: 1e-6)
    #expect(try parse(text) == wanted)
    let pictures = wanted.pictures
    #expect(pictures.grid == 3 && pictures.tokens == 10 && pictures.patchCount == 64 && wanted.featureWidth == 20)
    let bare = try parse(text.replacing("CLIPVisionModelWithProjection", with: "CLIPVisionModel"))
    #expect(bare.projectionWidth == nil && bare.featureWidth == 32)
  }

  @Test("What Hugging Face leaves out has ViT-B/32's value")
  func defaults() throws {
    let wanted = CLIPVisionConfiguration(
      naming: .huggingFace, width: 768, mlpWidth: 3072, layers: 12, heads: 12, imageSize: 224, patchSize: 32,
      projectionWidth: 512, activation: .quickGELU)
    #expect(try parse(#"{"model_type": "clip_vision_model"}"#) == wanted)
    #expect(try parse(#"{"model_type": "clip"}"#) == wanted)
    #expect(try parse(#"{"model_type": "clip", "vision_config": null, "projection_dim": null}"#) == wanted)
  }

  @Test("The vision tower of a whole CLIP: its projection is the whole model's")
  func nested() throws {
    let configuration = try parse(
      """
      {"model_type": "clip", "architectures": ["CLIPModel"], "projection_dim": 768, "hidden_size": 1,
       "text_config": {"hidden_size": 2},
       "vision_config": {"hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24,
       "num_attention_heads": 16, "patch_size": 14, "projection_dim": 99}}
      """)
    let wanted = CLIPVisionConfiguration(
      naming: .huggingFace, width: 1024, mlpWidth: 4096, layers: 24, heads: 16, imageSize: 224, patchSize: 14,
      projectionWidth: 768, activation: .quickGELU)
    #expect(configuration == wanted)
  }

  @Test("OpenCLIP's configuration")
  func openCLIP() throws {
    let text = """
      {"model_cfg": {"embed_dim": 20, "quick_gelu": true, "vision_cfg": {"image_size": [24, 24], "patch_size": 8,
       "width": 32, "layers": 2, "head_width": 8, "mlp_ratio": 2.5}, "text_cfg": {"width": 1}}, "preprocess_cfg": {}}
      """
    let wanted = CLIPVisionConfiguration(
      naming: .openCLIP, width: 32, mlpWidth: 80, layers: 2, heads: 4, imageSize: 24, patchSize: 8,
      projectionWidth: 20, activation: .quickGELU)
    #expect(try parse(text) == wanted)
    #expect(try parse(text.replacing("true", with: "false")).activation == .gelu)
    #expect(try parse(text.replacing(#""quick_gelu": true, "#, with: "")).activation == .gelu)
    let short = try parse(#"{"model_cfg": {"embed_dim": 512, "vision_cfg": {}}}"#)
    #expect(
      short
        == CLIPVisionConfiguration(
          naming: .openCLIP, width: 768, mlpWidth: 3072, layers: 12, heads: 12, imageSize: 224, patchSize: 16,
          projectionWidth: 512, activation: .gelu))
  }

  @Test("Variants that are switched off are none")
  func inactiveVariants() throws {
    let text = #"{"model_cfg": {"embed_dim": 8, "vision_cfg": {"pool_type": "tok", "attentional_pool": false}}}"#
    #expect(try parse(text).projectionWidth == 8)
  }

  @Test(
    "Each way a file can be wrong has its message",
    arguments: [
      ("{", "config.json is not valid JSON"),
      ("[1]", "config.json does not hold a JSON object"),
      (
        #"{"model_type": "dinov2", "architectures": ["Dinov2Model"]}"#,
        "no forward pass for Dinov2Model (model_type dinov2)"
      ),
      (#"{"model_type": "siglip"}"#, "no forward pass for model_type siglip"),
      ("{}", "no forward pass for model_type without a model_type"),
      (
        #"{"model_type": "clip_vision_model", "hidden_size": 50, "num_attention_heads": 4}"#,
        "a width of 50 does not divide into 4 heads"
      ),
      (
        #"{"model_type": "clip_vision_model", "hidden_act": "relu"}"#,
        "hidden_act is relu; this program knows quick_gelu, gelu and gelu_new"
      ),
      (#"{"model_type": "clip_vision_model", "hidden_act": 3}"#, "hidden_act is 3"),
      (#"{"model_type": "clip_vision_model", "hidden_act": {"a": 1, "b": 2}}"#, "hidden_act is no name; this program"),
      (#"{"model_type": "clip_vision_model", "hidden_size": "wide"}"#, "hidden_size is not a whole number"),
      (#"{"model_type": "clip_vision_model", "hidden_size": 2.5}"#, "hidden_size is not a whole number"),
      (#"{"model_type": "clip_vision_model", "image_size": [224, 196]}"#, "image_size is not a whole number"),
      (#"{"model_type": "clip_vision_model", "num_attention_heads": 0}"#, "the number of heads is 0"),
      (#"{"model_type": "clip_vision_model", "hidden_size": -768}"#, "the width is -768"),
      (#"{"model_type": "clip_vision_model", "num_hidden_layers": 99999999}"#, "the number of layers is 99999999"),
      (#"{"model_type": "clip_vision_model", "projection_dim": 0}"#, "the projection width is 0"),
      // The patches' weights would have 2⁸⁰ elements.
      (
        """
        {"model_type": "clip_vision_model", "hidden_size": 1048576, "num_channels": 1048576, "patch_size": 1048576,
         "image_size": 1048576}
        """, "the width is 1048576, and can be 1 to 262144"
      ),
      (#"{"model_type": "clip_vision_model", "num_hidden_layers": 1048576}"#, "the number of layers is 1048576"),
      (
        #"{"model_type": "clip_vision_model", "image_size": 16, "patch_size": 32}"#,
        "patches of 32 pixels in images of 16"
      ),
      (#"{"model_type": "clip_vision_model", "layer_norm_eps": 0}"#, "layer_norm_eps is 0"),
      (#"{"model_type": "clip_vision_model", "layer_norm_eps": "small"}"#, "layer_norm_eps is not a number"),
      (#"{"model_type": "clip", "vision_config": 3}"#, "vision_config is not a JSON object"),
      (#"{"model_cfg": {"embed_dim": 8}}"#, "config.json has no vision_cfg"),
      (#"{"model_cfg": {"vision_cfg": {}}}"#, "config.json has no embed_dim"),
      (#"{"model_cfg": 1}"#, "model_cfg is not a JSON object"),
      (#"{"model_cfg": {"embed_dim": 8, "vision_cfg": {"head_width": 0}}}"#, "the number of heads is 0"),
      (#"{"model_cfg": {"embed_dim": 8, "vision_cfg": {"mlp_ratio": 1e300}}}"#, "the MLP width"),
      (#"{"model_cfg": {"embed_dim": 8, "vision_cfg": {"width": 4611686018427387904}}}"#, "(width 4611686018427387904"),
      (#"{"model_cfg": {"embed_dim": 8, "vision_cfg": {"mlp_ratio": -1}}}"#, "the MLP width is -768"),
      (
        #"{"model_cfg": {"embed_dim": 8, "vision_cfg": {"timm_model_name": "vit"}}}"#,
        "vision_cfg.timm_model_name is a variant"
      ),
      (#"{"model_cfg": {"embed_dim": 8, "vision_cfg": {"pool_type": "avg"}}}"#, "vision_cfg.pool_type is a variant"),
      (
        #"{"model_cfg": {"embed_dim": 8, "vision_cfg": {"attentional_pool": true}}}"#,
        "vision_cfg.attentional_pool is a variant"
      ),
      (
        #"{"model_cfg": {"embed_dim": 8, "vision_cfg": {"ls_init_value": 1e-5}}}"#,
        "vision_cfg.ls_init_value is a variant"
      ),
      (#"{"model_cfg": {"embed_dim": 8, "vision_cfg": {"no_ln_pre": true}}}"#, "vision_cfg.no_ln_pre is a variant"),
    ])
  func errors(text: String, message: String) throws {
    let failure = try #require(refusal(text), "accepted")
    #expect(failure.contains(message), "\(failure)")
    #expect(failure.hasPrefix("config.json"))
  }
}
