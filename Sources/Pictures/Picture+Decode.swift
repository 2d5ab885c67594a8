extension Picture {
  /// Decodes a PNG or JPEG file.
  ///
  /// The bytes are those of Pillow's `Image.open(path).convert("RGB")`: alpha is dropped and not composited; colour
  /// profiles, gamma and the EXIF orientation are ignored, so that a picture that was taken on its side stays on it. PNG
  /// with 16 bits a channel is rounded to 8, where Pillow cuts them off: at most one level higher or lower.
  ///
  /// Not covered: PNG of 16-bit grey, which Pillow clips to white; JPEG that is lossless, of 12 bits, or of two
  /// channels.
  ///
  /// - Throws: `PictureError` where there is no such file, or it is of another type, too large, cut off or damaged.
  package init(contentsOf path: String) throws(PictureError) {
    try self.init(decoding: try PictureFile.open(path).bytes(), path: path)
  }

  /// - Parameters:
  ///   - bytes: a PNG or JPEG file.
  ///   - path: the file, for messages.
  init(decoding bytes: [UInt8], path: String) throws(PictureError) {
    let header = try PictureHeader(bytes, byteCount: bytes.count, path: path)
    switch header.coding {
    case .png(let coding): try self.init(png: bytes, header: header, coding: coding, path: path)
    case .jpeg(let components): try self.init(jpeg: bytes, header: header, components: components, path: path)
    }
  }
}
