/// What a picture's file says of itself before its pixels.
package struct PictureHeader: Equatable, Sendable {
  enum Coding: Equatable, Sendable {
    case png(PNGCoding)
    /// - Parameter components: the channels of the file: 1, 3 or 4.
    case jpeg(components: Int)

    /// The most pixels that a byte of the file can hold.
    ///
    /// Deflate makes 258 bytes of two bits at best. A Huffman code of a JPEG file has at least a bit, and there is one
    /// for the mean of each block of 8 × 8 pixels, which makes 512; twice that is allowed. Arithmetic coding of a single
    /// colour can exceed it, and is refused.
    var pixelsPerByte: Int {
      switch self {
      case .png(let coding): 258 * 4 * 8 / coding.bitsPerPixel
      case .jpeg: 1024
      }
    }
  }

  /// In how many bytes a file must say its size. Profiles and thumbnails may come before it.
  static let maximumLength = 1 << 24

  package let width: Int
  package let height: Int
  let coding: Coding

  package var format: PictureFormat {
    switch coding {
    case .png: .png
    case .jpeg: .jpeg
    }
  }

  /// Reads the header of a file, and no more of the file than that takes.
  ///
  /// - Throws: `PictureError` where the file is none that `Picture` decodes, as far as its header tells.
  package init(readingHeaderOf path: String) throws(PictureError) {
    let file = try PictureFile.open(path)
    var limit = 4096
    while true {
      do {
        self = try PictureHeader(try file.prefix(limit), byteCount: file.count, path: path)
        return
      } catch {
        guard case .cutOff = error, limit < min(file.count, Self.maximumLength) else { throw error }
        limit *= 16
      }
    }
  }

  /// - Parameters:
  ///   - bytes: the file, or its beginning.
  ///   - byteCount: that of the whole file.
  /// - Throws: `PictureError.cutOff` where the header goes on after `bytes`.
  init(_ bytes: [UInt8], byteCount: Int, path: String) throws(PictureError) {
    switch try PictureFormat(bytes, path: path) {
    case .png: try self.init(png: bytes, byteCount: byteCount, path: path)
    case .jpeg: try self.init(jpeg: bytes, byteCount: byteCount, path: path)
    }
  }

  /// - Parameter byteCount: that of the whole file.
  /// - Throws: `PictureError` where a picture of that size is not read, or cannot be in so short a file.
  init(width: Int, height: Int, coding: Coding, byteCount: Int, path: String) throws(PictureError) {
    self.width = width
    self.height = height
    self.coding = coding
    guard width > 0, height > 0 else {
      throw .damaged(path: path, format: format, reason: "its size is \(width) × \(height)")
    }
    guard Picture.isWithinLimit(width: width, height: height) else {
      throw .tooManyPixels(path: path, width: width, height: height)
    }
    guard max(width, height) <= format.maximumSide else {
      throw .sideTooLong(path: path, width: width, height: height, limit: format.maximumSide)
    }
    guard width * height <= coding.pixelsPerByte * byteCount else {
      throw .damaged(path: path, format: format, reason: "it is too short for its size")
    }
  }
}
