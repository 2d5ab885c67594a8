import Foundation
import Testing
import Transformers

@Suite struct ViTConfigurationTests {
  private func parse(
    _ json: String, preprocessor: String? = nil, names: [String] = []
  ) throws -> ViTConfiguration {
    let encoder = try Encoder(
      json: Data(json.utf8), fileName: "base/config.json", preprocessor: preprocessor.map { Data($0.utf8) },
      names: names)
    guard case .pictures(.vit(let configuration)) = encoder.input else { preconditionFailure("another encoder") }
    return configuration
  }

  @Test("What transformers leaves out has its default")
  func defaults() throws {
    let vit = try parse(#"{"model_type": "vit"}"#, names: ["vit.layernorm.weight", "classifier.weight"])
    #expect(vit.prefix == "vit." && vit.width == 768 && vit.mlpWidth == 3072 && vit.layers == 12 && vit.heads == 12)
    #expect(vit.pictures == PictureShape(imageSize: 224, patchSize: 16, channels: 3) && vit.positionGrid == 14)
    #expect(vit.activation == .gelu && vit.epsilon == 1e-12 && vit.hasProjectionBiases && vit.featureWidth == 768)
    let dino = try parse(#"{"model_type": "dinov2", "image_size": 518}"#)
    #expect(dino.prefix == "" && dino.mlpWidth == 3072 && dino.epsilon == 1e-6 && dino.featureWidth == 768)
    #expect(dino.pictures == PictureShape(imageSize: 518, patchSize: 14, channels: 3) && dino.positionGrid == 37)
    #expect(try parse(#"{"model_type": "dinov2"}"#, names: ["classifier.weight"]).featureWidth == 1536)
  }

  @Test("DINOv2's pictures are as large as the preprocessor crops them")
  func cropSizes() throws {
    let dino = #"{"model_type": "dinov2", "image_size": 518}"#
    for (preprocessor, side) in [
      (#"{"crop_size": {"height": 224, "width": 224}}"#, 224), (#"{"crop_size": 224}"#, 224), ("{}", 518),
      (#"{"crop_size": 224, "do_center_crop": false}"#, 518), (#"{"crop_size": null}"#, 518),
    ] {
      let configuration = try parse(dino, preprocessor: preprocessor)
      #expect(configuration.pictures.imageSize == side && configuration.positionGrid == 37, "\(preprocessor)")
    }
    let vit = try parse(#"{"model_type": "vit"}"#, preprocessor: #"{"crop_size": 64}"#)
    #expect(vit.pictures.imageSize == 224)
  }

  @Test(
    "What cannot be computed is refused",
    arguments: [
      (
        #"{"model_type": "dinov2", "use_swiglu_ffn": true}"#, "{}",
        "config.json: this program does not know DINOv2 with use_swiglu_ffn, as the giant model has it"
      ),
      (#"{"model_type": "vit", "hidden_act": "relu"}"#, "{}", "config.json: hidden_act is relu; this program knows"),
      (
        #"{"model_type": "vit", "hidden_size": 10, "num_attention_heads": 3}"#, "{}",
        "config.json: a width of 10 does not divide into 3 heads"
      ),
      (#"{"model_type": "vit", "patch_size": 0}"#, "{}", "config.json: the patch size is 0"),
      (#"{"model_type": "vit", "image_size": 8}"#, "{}", "config.json: patches of 16 pixels in images of 8"),
      (#"{"model_type": "dinov2", "mlp_ratio": 1e60}"#, "{}", "config.json: the MLP width is"),
      (#"{"model_type": "dinov2", "layer_norm_eps": 0}"#, "{}", "config.json: layer_norm_eps is 0.0"),
      (#"{"model_type": "dinov2"}"#, "[", "preprocessor_config.json is not valid JSON"),
      (#"{"model_type": "dinov2"}"#, #"{"crop_size": "224"}"#, "preprocessor_config.json: crop_size is not a whole"),
      (
        #"{"model_type": "dinov2"}"#, #"{"crop_size": {"height": 224, "width": 196}}"#,
        "preprocessor_config.json: crop_size is 224 × 196; both sides must be equal"
      ),
      (
        #"{"model_type": "dinov2"}"#, #"{"crop_size": 1048576}"#,
        "config.json: the image size is 1048576, and can be 1 to 16384"
      ),
      (#"{"model_type": "vit", "num_hidden_layers": 1048576}"#, "{}", "config.json: the number of layers is 1048576"),
      (#"{"model_type": "dinov2"}"#, #"{"crop_size": 7}"#, "config.json: patches of 14 pixels in images of 7"),
    ])
  func refusals(json: String, preprocessor: String, message: String) {
    do {
      _ = try parse(json, preprocessor: preprocessor)
      Issue.record("not refused")
    } catch { #expect("\(error)".hasPrefix("base/" + message), "\(error)") }
  }
}
