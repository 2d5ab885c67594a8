import Glibc

/// The segments of a JPEG file, as far as they are whole.
///
/// A segment is a marker, 0xFF and a code, and for most codes a number of bytes and the bytes. Between some of them is
/// entropy-coded data, in which 0xFF is followed by 0 or a restart marker; it is passed over.
///
/// Source: ITU-T T.81, annex B.
struct JPEGSegments: Sequence, IteratorProtocol {
  struct Segment {
    /// The second byte of the marker.
    let code: UInt8
    /// Its bytes, without their number.
    let content: Range<Int>

    var isEnd: Bool { code == 0xD9 }
    var isStartOfScan: Bool { code == 0xDA }
    /// Whether it begins a frame, and so holds its size: the codes of Huffman tables, extensions and arithmetic
    /// conditioning lie among those of frames.
    var isFrame: Bool { (0xC0...0xCF).contains(code) && code != 0xC4 && code != 0xC8 && code != 0xCC }
  }

  private let bytes: [UInt8]
  private var position = 2

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// - Returns: nil where the next segment is not whole, or there is none.
  mutating func next() -> Segment? {
    while let marker = nextMarker() {
      position = marker + 2
      let code = bytes[marker + 1]
      // Stuffing, fill bytes, restart markers and others without content.
      if code <= 0x01 || (0xD0...0xD8).contains(code) { continue }
      if code == 0xD9 { return Segment(code: code, content: position..<position) }
      guard position + 2 <= bytes.count else { return nil }
      let end = position + bytes.bigEndian16(at: position)
      guard end >= position + 2, end <= bytes.count else { return nil }
      let content = position + 2..<end
      position = end
      return Segment(code: code, content: content)
    }
    return nil
  }

  /// Where the next 0xFF is that something other than 0xFF follows.
  private func nextMarker() -> Int? {
    bytes.withUnsafeBytes { bytes in
      var start = position
      while start < bytes.count, let found = memchr(bytes.baseAddress! + start, 0xFF, bytes.count - start) {
        let index = UnsafeRawPointer(found) - bytes.baseAddress!
        guard index + 1 < bytes.count else { return nil }
        if bytes[index + 1] != 0xFF { return index }
        start = index + 1
      }
      return nil
    }
  }
}
