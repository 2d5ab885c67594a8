extension PictureHeader {
  /// Reads the frame header, which comes before the first scan.
  ///
  /// - Parameters:
  ///   - bytes: the file, or its beginning.
  ///   - byteCount: that of the whole file.
  init(jpeg bytes: [UInt8], byteCount: Int, path: String) throws(PictureError) {
    for segment in JPEGSegments(bytes) {
      if segment.content.upperBound > Self.maximumLength { break }
      if segment.isFrame {
        self = try readFrame(bytes, segment, byteCount: byteCount, path: path)
        return
      }
      if segment.isStartOfScan || segment.isEnd {
        throw .damaged(path: path, format: .jpeg, reason: "it does not say its size before its pixels")
      }
    }
    if bytes.count < Self.maximumLength { throw .cutOff(path: path, format: .jpeg) }
    throw .damaged(
      path: path, format: .jpeg, reason: "it does not say its size in its first \(Self.maximumLength) bytes")
  }
}

/// Source: ITU-T T.81, sections B.1.1.3 and B.2.2.
private func readFrame(
  _ bytes: [UInt8], _ segment: JPEGSegments.Segment, byteCount: Int, path: String
) throws(PictureError) -> PictureHeader {
  guard segment.content.count >= 6 else {
    throw .damaged(path: path, format: .jpeg, reason: "its frame header is too short")
  }
  let content = segment.content.lowerBound
  // Baseline, extended and progressive with Huffman coding, the last two with arithmetic coding.
  guard [0xC0, 0xC1, 0xC2, 0xC9, 0xCA].contains(segment.code) else {
    throw .unsupported(path: path, kind: "a lossless or hierarchical JPEG")
  }
  let (precision, components) = (bytes[content], Int(bytes[content + 5]))
  guard precision == 8 else { throw .unsupported(path: path, kind: "a JPEG of \(precision) bits a channel") }
  guard [1, 3, 4].contains(components) else {
    throw .unsupported(path: path, kind: "a JPEG of \(components) channels")
  }
  return try PictureHeader(
    width: bytes.bigEndian16(at: content + 3), height: bytes.bigEndian16(at: content + 1),
    coding: .jpeg(components: components), byteCount: byteCount, path: path)
}
