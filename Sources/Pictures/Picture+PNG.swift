import CPNG

extension Picture {
  /// Decodes a PNG file.
  ///
  /// - Parameter bytes: the file, whose header says `header` and `coding`.
  init(png bytes: [UInt8], header: PictureHeader, coding: PNGCoding, path: String) throws(PictureError) {
    let (essence, isWhole) = pngEssence(bytes, coding: coding)
    let channels = coding.hasAlpha ? 4 : 3
    let count = header.width * header.height * channels
    // libpng keeps its address from one call to the next.
    let image = UnsafeMutablePointer<png_image>.allocate(capacity: 1)
    image.initialize(to: png_image())
    image.pointee.version = png_uint_32(PNG_IMAGE_VERSION)
    defer {
      png_image_free(image)
      image.deallocate()
    }
    var isRead = false
    var pixels = [UInt8](unsafeUninitializedCapacity: count) { pixels, filled in
      essence.withUnsafeBytes { essence in
        guard png_image_begin_read_from_memory(image, essence.baseAddress!, essence.count) != 0,
          // There is room for this size only.
          image.pointee.width == header.width, image.pointee.height == header.height
        else { return }
        image.pointee.format = png_uint_32(PNG_FORMAT_FLAG_COLOR | (coding.hasAlpha ? PNG_FORMAT_FLAG_ALPHA : 0))
        // Otherwise 16-bit channels would count as linear light.
        image.pointee.flags |= png_uint_32(PNG_IMAGE_FLAG_16BIT_sRGB)
        let stride = png_int_32(header.width * channels)
        isRead = png_image_finish_read(image, nil, pixels.baseAddress!, stride, nil) != 0
      }
      filled = isRead ? count : 0
    }
    guard isRead else {
      if isWhole { throw .damaged(path: path, format: .png, reason: image.pointee.text) }
      throw .cutOff(path: path, format: .png)
    }
    if coding.hasAlpha { dropAlpha(&pixels) }
    self.init(width: header.width, height: header.height, bytes: pixels)
  }
}

/// A PNG file with nothing but what its pixels need.
///
/// libpng would apply gamma and colour profiles, and composite transparent colours; the chunks that ask for it are
/// left out. What follows the last whole chunk is left out too, and an end chunk put in its place: libpng finds out
/// whether pixels are missing.
///
/// - Returns: and whether the file has an end chunk.
private func pngEssence(_ bytes: [UInt8], coding: PNGCoding) -> (bytes: [UInt8], isWhole: Bool) {
  var essence = PictureFormat.png.signature
  essence.reserveCapacity(bytes.count + 12)
  var isWhole = false
  for chunk in PNGChunks(bytes) {
    if chunk.type == .end {
      isWhole = true
      break
    }
    if chunk.type.isAncillary || chunk.type == .palette && coding.colorType != .palette { continue }
    essence += bytes[chunk.range]
  }
  essence += [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]
  return (essence, isWhole)
}

/// [n, 4] to [n, 3], in place.
private func dropAlpha(_ pixels: inout [UInt8]) {
  let count = pixels.count / 4
  pixels.withUnsafeMutableBufferPointer { pixels in
    for index in 0..<count {
      for channel in 0..<3 { pixels[index * 3 + channel] = pixels[index * 4 + channel] }
    }
  }
  pixels.removeLast(count)
}

extension png_image {
  /// libpng's message.
  fileprivate var text: String {
    withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
