import Foundation
import Transformers

extension PixelNormalization {
  /// Reads Hugging Face's `preprocessor_config.json`, or what OpenCLIP keeps in `open_clip_config.json`; where neither
  /// says, the numbers that are usual for the preprocessor or, without one, for the model.
  ///
  /// - Throws: `InputError` where a value has the wrong form, or another number of channels than the model.
  package init(preprocessor: Data?, configuration: Data?, folder: String, channels: Int) throws {
    func object(_ data: Data?) -> [String: Any]? {
      data.flatMap { try? JSONSerialization.jsonObject(with: $0) as? [String: Any] }
    }
    func value<Value>(_ key: String, of object: [String: Any]?, _ form: String) throws -> Value? {
      guard let found = object?[key], !(found is NSNull) else { return nil }
      guard let value = found as? Value else {
        throw InputError(["\(folder): the preprocessor's \(key) must be \(form)"])
      }
      return value
    }
    func numbers(_ key: String, of object: [String: Any]?) throws -> [Float]? {
      let numbers: [Double]? = try value(key, of: object, "a list of numbers")
      return numbers?.map { Float($0) }
    }
    func isOff(_ key: String, of object: [String: Any]?) throws -> Bool {
      let isOn: Bool? = try value(key, of: object, "true or false")
      return isOn == false
    }

    if preprocessor != nil, object(preprocessor) == nil {
      throw InputError(["\(folder)/preprocessor_config.json is not a JSON object"])
    }
    let hugging = object(preprocessor)
    let open = object(configuration)?["preprocess_cfg"] as? [String: Any]
    let processor: String? =
      try value("image_processor_type", of: hugging, "a name")
      ?? value("feature_extractor_type", of: hugging, "a name")
    self = Self.usual(processor: processor, modelType: object(configuration)?["model_type"] as? String)
    if let factor: Double = try value("rescale_factor", of: hugging, "a number") { scale = Float(factor) }
    if try isOff("do_rescale", of: hugging) { scale = 1 }
    if let mean = try numbers("image_mean", of: hugging) ?? numbers("mean", of: open) { self.mean = mean }
    if let deviation = try numbers("image_std", of: hugging) ?? numbers("std", of: open) { self.deviation = deviation }
    if try isOff("do_normalize", of: hugging) {
      mean = [Float](repeating: 0, count: channels)
      deviation = [Float](repeating: 1, count: channels)
    }
    guard mean.count == channels, deviation.count == channels, deviation.allSatisfy({ $0 > 0 && $0.isFinite }),
      mean.allSatisfy(\.isFinite), scale.isFinite
    else {
      throw InputError([
        "\(folder): the preprocessor's image_mean and image_std must be \(channels) numbers each, and no image_std "
          + "may be 0"
      ])
    }
  }

  private static func usual(processor: String?, modelType: String?) -> PixelNormalization {
    if let processor { return processor.hasPrefix("ViT") ? .half : .clip }
    return switch modelType {
    case "vit": .half
    case "dinov2": .imageNet
    default: .clip
    }
  }
}
