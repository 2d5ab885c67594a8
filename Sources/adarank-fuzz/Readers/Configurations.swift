import Checkpoints
import Merging
import Pictures
import Transformers

/// What a model folder says of its architecture and of how inputs are prepared.
struct Configurations: FuzzedReader {
  let name = "configuration"

  func seeds() -> [Seed] {
    let sizes = #""hidden_size": 8, "intermediate_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2"#
    let pictures = #""image_size": 8, "patch_size": 4, "num_channels": 3"#
    let vision = #"\#(sizes), \#(pictures), "hidden_act": "quick_gelu", "layer_norm_eps": 1e-05"#
    let text = #""vocab_size": 20, "max_position_embeddings": 12, "pad_token_id": 1, "layer_norm_eps": 1e-12"#
    // What is in it does not matter, but for the names, which say that there is a classifier.
    let weights = SeedFile(
      "model.safetensors", SafetensorsBuilder.bytes([SafetensorsBuilder.Tensor("classifier.weight", floats: [1, 1])]),
      nil)
    func config(_ type: String, _ members: String, _ preprocessor: String? = nil) -> Seed {
      let own = SeedFile("config.json", #"{"model_type": "\#(type)", \#(members)}"# + "\n", .json)
      let preparing = preprocessor.map { SeedFile("preprocessor_config.json", $0, .json) }
      return Seed(name: type, files: [own, weights] + [preparing].compactMap(\.self))
    }
    return [
      config(
        "clip_vision_model", #""architectures": ["CLIPVisionModelWithProjection"], \#(vision), "projection_dim": 4"#,
        Self.clip),
      config(
        "clip",
        #""projection_dim": 4, "vision_config": {\#(vision)}, "text_config": {\#(sizes), \#(text), "hidden_act": "gelu"}"#
      ),
      config("vit", #"\#(sizes), \#(pictures), "qkv_bias": false, "hidden_act": "gelu""#, Self.vit),
      config("dinov2", #"\#(sizes), \#(pictures), "mlp_ratio": 4, "layer_norm_eps": 1e-06"#, Self.dino),
      config("bert", #"\#(sizes), \#(text), "type_vocab_size": 2, "label2id": {"no": 0, "yes": 1}"#),
      config("roberta", #"\#(sizes), \#(text), "type_vocab_size": 1, "position_embedding_type": "absolute""#),
      config("gpt2", #""n_embd": 8, "n_layer": 2, "n_head": 2, "n_positions": 12, "vocab_size": 20, "n_inner": null"#),
      Seed(name: "open_clip", files: [SeedFile("open_clip_config.json", Self.openCLIP, .json), weights]),
    ]
  }

  private static let clip = """
    {"image_processor_type": "CLIPImageProcessor", "do_resize": true, "size": {"shortest_edge": 8}, "resample": 3,
     "do_center_crop": true, "crop_size": {"height": 8, "width": 8}, "rescale_factor": 0.00392156862745098,
     "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]}
    """
  private static let vit = """
    {"feature_extractor_type": "ViTFeatureExtractor", "size": 8, "do_normalize": true, "image_mean": [0.5, 0.5, 0.5],
     "image_std": [0.5, 0.5, 0.5]}
    """
  private static let dino = """
    {"image_processor_type": "BitImageProcessor", "size": {"shortest_edge": 16}, "crop_size": {"height": 12, "width": 12},
     "do_center_crop": true, "do_rescale": false}
    """
  private static let openCLIP = """
    {"model_cfg": {"embed_dim": 4, "quick_gelu": true,
      "vision_cfg": {"image_size": 8, "layers": 2, "width": 8, "head_width": 4, "patch_size": 4, "mlp_ratio": 2.0},
      "text_cfg": {"context_length": 12, "vocab_size": 20, "width": 8, "heads": 2, "layers": 2}},
     "preprocess_cfg": {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5], "interpolation": "bicubic",
      "resize_mode": "shortest", "size": [8, 8]}}
    """

  /// Everything is read, whatever is wrong with one part; the first error is the one.
  func read(_ folder: String) throws -> Digest {
    let model = try ModelFolder(path: folder)
    guard let configuration = model.configuration, let configurationName = model.configurationFileName else {
      throw Violation("the folder's configuration was not read")
    }
    let fileName = "\(folder)/\(configurationName)"
    let preprocessor = model.preprocessor
    var digest = Digest()
    var problems: [any Error] = []
    func attempt(_ body: () throws -> Void) { do { try body() } catch { problems.append(error) } }

    attempt {
      try digest.add(
        Encoder(json: configuration, fileName: fileName, preprocessor: preprocessor, names: model.names))
    }
    // Of all but CLIP's models it is an error that there is no text tower.
    do { try digest.add(Encoder(CLIPTextConfiguration(json: configuration, fileName: fileName))) } catch {
      digest.add("\(error)")
    }
    attempt {
      let normalization = try PixelNormalization(
        preprocessor: preprocessor, configuration: configuration, folder: folder, channels: 3)
      digest.add("\(normalization)")
    }
    if let preprocessor {
      attempt {
        let preprocessing = try PicturePreprocessing(json: preprocessor, path: "\(folder)/preprocessor_config.json")
        digest.add("\(preprocessing)")
      }
    } else if configurationName == "open_clip_config.json" {
      attempt { digest.add("\(try PicturePreprocessing(openCLIP: configuration, path: fileName))") }
    }
    if let problem = problems.first { throw problem }
    return digest
  }
}

extension Digest {
  fileprivate mutating func add(_ encoder: Encoder) throws {
    let parameters = encoder.layout.parameters
    guard encoder.layout.count >= parameters.reduce(0, { $0 + $1.count }), parameters.allSatisfy({ $0.count > 0 })
    else {
      throw Violation("the tensors of the encoder do not lie in its memory")
    }
    add(encoder.layout.count)
    add(encoder.featureWidth)
    for parameter in parameters { add("\(parameter.name) \(parameter.shape)") }
  }
}
