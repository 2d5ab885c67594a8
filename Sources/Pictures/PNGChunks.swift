/// The chunks of a PNG file, as far as they are whole.
///
/// A chunk is the number of its data's bytes, four letters, the data and a check sum.
///
/// Source: PNG specification, section 5.3.
struct PNGChunks: Sequence, IteratorProtocol {
  /// The four letters, as one number.
  struct ChunkType: Equatable {
    static let header = ChunkType("IHDR")
    static let palette = ChunkType("PLTE")
    static let data = ChunkType("IDAT")
    static let end = ChunkType("IEND")

    let code: Int

    init(code: Int) { self.code = code }
    private init(_ letters: StaticString) { code = letters.withUTF8Buffer { $0.reduce(0) { $0 << 8 | Int($1) } } }

    /// Whether a decoder may leave the chunk out: its first letter is small.
    var isAncillary: Bool { code >> 29 & 1 == 1 }
  }

  struct Chunk {
    let type: ChunkType
    /// Where the chunk begins in the file.
    let start: Int
    let dataCount: Int

    /// The whole chunk in the file.
    var range: Range<Int> { start..<start + dataCount + 12 }
  }

  private let bytes: [UInt8]
  /// Where the next chunk begins.
  private var position = PictureFormat.png.signature.count

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// - Returns: nil where the next chunk is not whole, or there is none.
  mutating func next() -> Chunk? {
    guard bytes.count - position >= 12 else { return nil }
    let type = ChunkType(code: bytes.bigEndian32(at: position + 4))
    let chunk = Chunk(type: type, start: position, dataCount: bytes.bigEndian32(at: position))
    guard chunk.range.upperBound <= bytes.count else { return nil }
    position = chunk.range.upperBound
    return chunk
  }
}
