extension PictureHeader {
  /// Reads the IHDR chunk, which comes first.
  ///
  /// - Parameters:
  ///   - bytes: the file, or its beginning.
  ///   - byteCount: that of the whole file.
  init(png bytes: [UInt8], byteCount: Int, path: String) throws(PictureError) {
    var chunks = PNGChunks(bytes)
    guard let chunk = chunks.next() else {
      // There would be room for the signature and a header.
      if bytes.count >= 33 { throw .damaged(path: path, format: .png, reason: "it does not begin with a header") }
      throw .cutOff(path: path, format: .png)
    }
    guard chunk.type == .header, chunk.dataCount == 13 else {
      throw .damaged(path: path, format: .png, reason: "it does not begin with a header")
    }
    let data = chunk.start + 8
    let (width, height) = (bytes.bigEndian32(at: data), bytes.bigEndian32(at: data + 4))
    let (bitDepth, color) = (bytes[data + 8], bytes[data + 9])
    guard let colorType = PNGCoding.ColorType(rawValue: color), colorType.bitDepths.contains(bitDepth) else {
      throw .damaged(path: path, format: .png, reason: "its colour type is \(color) with \(bitDepth) bits")
    }
    if colorType == .grey, bitDepth == 16 { throw .unsupported(path: path, kind: "a PNG of 16-bit grey") }
    let coding = PNGCoding(colorType: colorType, bitDepth: bitDepth)
    try self.init(width: width, height: height, coding: .png(coding), byteCount: byteCount, path: path)
  }
}
