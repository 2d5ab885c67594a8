import Testing

@testable import Pictures

@Suite struct PNGChunksTests {
  @Test func chunksTouchAndEndWithTheFile() {
    let bytes = PictureFixtures.bytes("gamma.png")
    var end = 8
    for chunk in PNGChunks(bytes) {
      #expect(chunk.start == end)
      end = chunk.range.upperBound
    }
    #expect(end == bytes.count)
    #expect(PNGChunks(bytes).map(\.type).first == .header)
    #expect(PNGChunks(bytes).map(\.type.isAncillary) == [false, true, false, false])
  }

  @Test func aChunkBeyondTheEndIsNone() {
    let bytes = PictureFixtures.bytes("rgb.png")
    for count in 0..<bytes.count {
      let chunks = Array(PNGChunks(Array(bytes.prefix(count))))
      #expect(chunks.allSatisfy { $0.range.upperBound <= count })
    }
    let huge = PictureFormat.png.signature + [0xFF, 0xFF, 0xFF, 0xFF] + Array("IDAT".utf8)
    #expect(Array(PNGChunks(huge + [0, 0, 0, 0])).isEmpty)
  }
}
