import CJPEG
import CPNG

/// Small pictures as PNG and JPEG files, written by the formats' own libraries.
enum PictureBuilder {
  private static let (width, height) = (19, 13)

  /// Smooth in one direction, and in the other not.
  private static func pixels(channels: Int, bytesPerChannel: Int = 1) -> [UInt8] {
    (0..<width * height * channels * bytesPerChannel).map { UInt8(truncatingIfNeeded: $0 / 3 * 7 ^ $0 % 251) }
  }

  /// - Parameters:
  ///   - format: of libpng's: grey or colour, alpha or none, 16 bits a channel.
  ///   - channels: that it has.
  static func png(format: UInt32, channels: Int) throws -> [UInt8] {
    var image = png_image()
    defer { png_image_free(&image) }
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    (image.width, image.height, image.format) = (png_uint_32(width), png_uint_32(height), png_uint_32(format))
    let isWide = format & UInt32(PNG_FORMAT_FLAG_LINEAR) != 0
    var pixels = pixels(channels: channels, bytesPerChannel: isWide ? 2 : 1)
    var bytes = [UInt8](repeating: 0, count: 65_536)
    var count = bytes.count
    let isWritten = pixels.withUnsafeMutableBytes { pixels in
      png_image_write_to_memory(&image, &bytes, &count, 0, pixels.baseAddress!, 0, nil)
    }
    guard isWritten != 0 else { throw Violation("libpng did not write a picture") }
    return Array(bytes.prefix(count))
  }

  /// A picture of few colours, which stand in a table.
  static func palettePNG() throws -> [UInt8] {
    var image = png_image()
    defer { png_image_free(&image) }
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    (image.width, image.height) = (png_uint_32(width), png_uint_32(height))
    (image.format, image.colormap_entries) = (png_uint_32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_COLORMAP), 5)
    let colours = (0..<15).map { UInt8($0 * 17) }
    let indices = (0..<width * height).map { UInt8($0 % 5) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    var count = bytes.count
    guard png_image_write_to_memory(&image, &bytes, &count, 0, indices, 0, colours) != 0 else {
      throw Violation("libpng did not write a picture")
    }
    return Array(bytes.prefix(count))
  }

  /// - Parameters:
  ///   - format: of the pixels, and so of the file: RGB, grey or CMYK.
  ///   - sampling: of the colours.
  static func jpeg(_ format: TJPF, channels: Int, _ sampling: TJSAMP, isProgressive: Bool = false) throws -> [UInt8] {
    let encoder = tjInitCompress()
    defer { tjDestroy(encoder) }
    var memory: UnsafeMutablePointer<UInt8>?
    defer { tjFree(memory) }
    var count: UInt = 0
    let flags = isProgressive ? TJFLAG_PROGRESSIVE : 0
    let result = tjCompress2(
      encoder, pixels(channels: channels), Int32(width), 0, Int32(height), Int32(format.rawValue), &memory, &count,
      Int32(sampling.rawValue), 80, flags)
    guard result == 0, let memory else { throw Violation("libjpeg did not write a picture") }
    return Array(UnsafeBufferPointer(start: memory, count: Int(count)))
  }
}
