/// The keys of `open_clip_config.json` that say how pictures are prepared.
struct OpenCLIPFile: ConfigurationFile {
  struct Preprocessing: Decodable {
    enum CodingKeys: String, CodingKey {
      case size
      case interpolation
      case resizeMode = "resize_mode"
    }

    let size: ConfiguredSize?
    let interpolation: String?
    let resizeMode: String?
  }

  struct Model: Decodable {
    struct Vision: Decodable {
      enum CodingKeys: String, CodingKey {
        case imageSize = "image_size"
      }

      let imageSize: ConfiguredSize?
    }

    enum CodingKeys: String, CodingKey {
      case vision = "vision_cfg"
    }

    let vision: Vision?
  }

  enum CodingKeys: String, CodingKey {
    case preprocessing = "preprocess_cfg"
    case model = "model_cfg"
  }

  let preprocessing: Preprocessing?
  let model: Model?

  static func form(of key: String) -> String? {
    switch key {
    case "preprocess_cfg", "model_cfg", "vision_cfg": "an object"
    case "size", "image_size": "a whole number, or a pair of height and width"
    case "interpolation", "resize_mode": "a name"
    default: nil
    }
  }
}
