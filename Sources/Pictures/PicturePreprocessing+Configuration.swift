import Foundation

extension PicturePreprocessing {
  private typealias Key = PictureProcessorFile.CodingKeys

  /// Reads Hugging Face's `preprocessor_config.json`. A file that does not name its processor is taken for CLIP's. Keys
  /// that no processor knows say nothing, nor do here those of the normalisation.
  ///
  /// - Parameter path: the file, for messages.
  /// - Throws: `PictureError` where a value has the wrong form, or asks for what is not done: another processor, a limit
  ///   on the longest edge, padding.
  package init(json: Data, path: String) throws(PictureError) {
    let file = try PictureProcessorFile.read(json, path: path)
    func refuse(_ key: Key, _ reason: String) -> PictureError {
      .badSetting(path: path, key: key.stringValue, reason: reason)
    }

    var processor = PictureProcessor.clip
    for (key, name) in [
      (Key.imageProcessorType, file.imageProcessorType), (Key.featureExtractorType, file.featureExtractorType),
    ] {
      guard let name else { continue }
      guard let named = PictureProcessor.named(name) else {
        let quoted = String(reflecting: name)
        throw refuse(key, "is \(quoted); this program knows the image processors of CLIP, ViT and Bit")
      }
      processor = named
      break
    }
    if file.doPad == true { throw refuse(.doPad, "is true, but this program does not pad pictures") }

    if file.doResize == false {
      size = nil
    } else if let given = file.size {
      size = try readSize(given, of: processor, path: path)
    } else {
      size = processor.size
    }
    filter = processor.filter
    if let number = file.resample {
      guard let known = ResamplingFilter(rawValue: number) else { throw refuse(.resample, "is \(number), not 0 to 5") }
      filter = known
    }

    crop = nil
    if file.doCenterCrop ?? (processor.crop != nil) {
      crop = try file.cropSize.map { given throws(PictureError) in try readCrop(given, path: path) } ?? processor.crop
      guard crop != nil else { throw refuse(.cropSize, "is missing, but do_center_crop is true") }
    }
    defaultNormalization = processor.normalization
  }
}

private func readSize(
  _ size: ConfiguredSize, of processor: PictureProcessor, path: String
) throws(PictureError) -> PicturePreprocessing.Size {
  if let sides = size.sides {
    return .exactly(
      width: try checkLength(sides.width, key: "size", path: path),
      height: try checkLength(sides.height, key: "size", path: path))
  }
  if case .number(let number) = size {
    let number = try checkLength(number, key: "size", path: path)
    return processor.numberIsShortestEdge ? .shortestEdge(number) : .exactly(width: number, height: number)
  }
  guard case .edges(let edges) = size, edges.count == 1, let edge = edges["shortest_edge"] else {
    let reason = "must be a whole number, or have either shortest_edge or height and width"
    throw .badSetting(path: path, key: "size", reason: reason)
  }
  return .shortestEdge(try checkLength(edge, key: "size", path: path))
}

private func readCrop(_ size: ConfiguredSize, path: String) throws(PictureError) -> PicturePreprocessing.Crop {
  if let sides = size.sides {
    return .init(
      width: try checkLength(sides.width, key: "crop_size", path: path),
      height: try checkLength(sides.height, key: "crop_size", path: path))
  }
  guard case .number(let number) = size else {
    throw .badSetting(path: path, key: "crop_size", reason: "must be a whole number, or have height and width")
  }
  let side = try checkLength(number, key: "crop_size", path: path)
  return .init(width: side, height: side)
}
