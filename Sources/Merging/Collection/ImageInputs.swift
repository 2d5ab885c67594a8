import Checkpoints
import LinearAlgebra
import Transformers

/// The pictures of one task, in a safetensors file that stays mapped: `images` u8 [N, height, width, channels], or
/// `pixel_values` [N, channels, height, width], already normalised.
package struct ImageInputs: Sendable {
  package let count: Int
  package let file: SafetensorsFile
  /// Whether the pictures are numbers as the model takes them, and not bytes.
  package let isNormalized: Bool

  private let pictures: PictureShape
  private let normalization: PixelNormalization

  /// - Parameter normalization: how bytes become numbers, asked for where there are bytes.
  /// - Throws: `InputError` where the file holds no pictures, or pictures of another size than the model's.
  package init(
    path: String, pictures: PictureShape, normalization: () throws -> PixelNormalization
  ) throws {
    let file = try SafetensorsFile(path: path)
    self.file = file
    self.pictures = pictures
    let (side, channels) = (pictures.imageSize, pictures.channels)
    let (entry, wanted): (TensorEntry, [Int])
    if let images = file["images"] {
      isNormalized = false
      (entry, wanted) = (images, [side, side, channels])
      guard images.elementType == .u8 else {
        throw InputError([
          "\(path): 'images' has type \(images.elementType.rawValue); it must be U8, or be given as normalised "
            + "'pixel_values' of a floating-point type"
        ])
      }
    } else if let pixels = file["pixel_values"] {
      isNormalized = true
      (entry, wanted) = (pixels, [channels, side, side])
      guard pixels.elementType.isFloatingPoint else {
        throw InputError([
          "\(path): 'pixel_values' has type \(pixels.elementType.rawValue); it must be a floating-point type"
        ])
      }
    } else {
      let names = file.entries.map { "'\($0.name)'" }.joined(separator: ", ")
      throw InputError([
        "\(path) holds no pictures: neither 'images' (U8 [N, \(side), \(side), \(channels)]) nor 'pixel_values' "
          + "(F32 [N, \(channels), \(side), \(side)]), but \(names.isEmpty ? "nothing" : names)"
      ])
    }
    guard entry.shape.count == 4, Array(entry.shape.dropFirst()) == wanted else {
      throw InputError([
        "\(path): '\(entry.name)' has shape \(entry.shape), but the model takes "
          + "[N, \(wanted.map(String.init).joined(separator: ", "))]"
      ])
    }
    guard entry.shape[0] > 0 else { throw InputError(["\(path): '\(entry.name)' holds no pictures: N is 0"]) }
    count = entry.shape[0]
    self.normalization = isNormalized ? .clip : try normalization()
  }

  /// Writes the patches of one picture.
  ///
  /// - Parameters:
  ///   - scratch: room for the numbers of one picture.
  ///   - rows: [N, channels · patch · patch].
  package func cut(_ index: Int, scratch: UnsafeMutablePointer<Float>, into rows: MutableMatrixView) throws {
    let cutter = PatchCutter(pictures)
    let elements = index * pictures.pixelCount..<(index + 1) * pictures.pixelCount
    if isNormalized {
      try file.readFloats(
        "pixel_values", elements: elements,
        into: UnsafeMutableBufferPointer(start: scratch, count: pictures.pixelCount))
      cutter.cut(pixels: scratch, into: rows)
    } else {
      try file.withBytes(of: "images") { bytes in
        cutter.cut(
          image: bytes.baseAddress!.assumingMemoryBound(to: UInt8.self) + elements.lowerBound,
          normalization: normalization, into: rows)
      }
    }
  }

  /// What is not a number among already normalised pictures, in a sentence; nil where nothing is.
  package func firstNonFinite() throws -> String? {
    guard isNormalized else { return nil }
    for index in 0..<count {
      if let finding = try nonFinite(at: index) { return finding }
    }
    return nil
  }

  /// That an already normalised picture holds what is not a number, in a sentence; nil where it does not.
  func nonFinite(at index: Int) throws -> String? {
    guard isNormalized else { return nil }
    return try withUnsafeTemporaryAllocation(of: Float.self, capacity: pictures.pixelCount) { pixels in
      try file.readFloats(
        "pixel_values", elements: index * pixels.count..<(index + 1) * pixels.count, into: pixels)
      return LinearAlgebra.firstNonFinite(pixels.baseAddress!, count: pixels.count).map { _ in
        "\(file.path): picture \(index) of 'pixel_values' holds a NaN or an infinity"
      }
    }
  }
}
