import Foundation

extension PicturePreprocessing {
  /// Reads OpenCLIP's `open_clip_config.json`. What it does not say is as by OpenCLIP's own defaults.
  ///
  /// The size is the model's `image_size`, as OpenCLIP has it, and the one of `preprocess_cfg` only where the model has
  /// none.
  ///
  /// Source: `image_transform` and `create_model` of OpenCLIP.
  ///
  /// - Parameter path: the file, for messages.
  /// - Throws: `PictureError` where a value has the wrong form, or asks for what is not done: padding (`longest`), or a
  ///   crop that is not square.
  package init(openCLIP json: Data, path: String) throws(PictureError) {
    let file = try OpenCLIPFile.read(json, path: path)
    func refuse(_ key: String, _ reason: String) -> PictureError { .badSetting(path: path, key: key, reason: reason) }

    var (height, width) = (224, 224)
    var sizeKey = "preprocess_cfg.size"
    var given = file.preprocessing?.size
    if let size = file.model?.vision?.imageSize { (sizeKey, given) = ("model_cfg.vision_cfg.image_size", size) }
    switch given {
    case nil:
      break
    case .number(let number):
      height = try checkLength(number, key: sizeKey, path: path)
      width = height
    case .pair(let givenHeight, let givenWidth):
      height = try checkLength(givenHeight, key: sizeKey, path: path)
      width = try checkLength(givenWidth, key: sizeKey, path: path)
    case .edges:
      throw refuse(sizeKey, "must be a whole number, or a pair of height and width")
    }

    switch file.preprocessing?.interpolation {
    case nil, "bicubic": filter = .bicubic
    case "bilinear": filter = .bilinear
    case let name?:
      let reason = "is \(String(reflecting: name)); this program knows \"bicubic\" and \"bilinear\""
      throw refuse("preprocess_cfg.interpolation", reason)
    }

    switch file.preprocessing?.resizeMode {
    case nil, "shortest":
      guard height == width else {
        throw refuse(sizeKey, "is \(height) by \(width), but must be square unless resize_mode is \"squash\"")
      }
      size = .shortestEdge(height)
      crop = Crop(width: width, height: height, rounding: .toNearestOrEven)
    case "squash":
      size = .exactly(width: width, height: height)
      crop = nil
    case let name?:
      let reason = "is \(String(reflecting: name)); this program knows \"shortest\" and \"squash\""
      throw refuse("preprocess_cfg.resize_mode", reason)
    }
    defaultNormalization = .clip
  }
}
