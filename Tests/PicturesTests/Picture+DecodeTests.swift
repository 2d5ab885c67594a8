import Glibc
import Testing

@testable import Pictures

@Suite struct PictureDecodeTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func decode(_ bytes: [UInt8]) throws -> Picture {
    try Picture(decoding: bytes, path: "f")
  }

  private func error(_ bytes: [UInt8]) throws -> PictureError? {
    #expect(throws: PictureError.self) { try decode(bytes) }
  }

  /// Sixteen bits are rounded to eight, and Pillow cuts off.
  @Test(arguments: PictureFixtures.answers("decoded.json"))
  func theBytesAreThoseOfPillow(answer: PictureFixtures.Answer) throws {
    let picture = try Picture(contentsOf: PictureFixtures.path(answer.file))
    try #require(picture.width == answer.width && picture.height == answer.height)
    #expect(difference(picture, answer.picture).largest <= (answer.file.hasSuffix("16.png") ? 1 : 0))
  }

  @Test func theNameSaysNothing() throws {
    let file = try scratch.write(PictureFixtures.bytes("420.jpg"), as: "picture.png")
    #expect(try Picture(contentsOf: file) == Picture(contentsOf: PictureFixtures.path("420.jpg")))
  }

  @Test func missingAndSpecialFilesAreNamed() throws {
    let missing = "\(scratch.path)/missing"
    #expect(throws: PictureError.system(path: missing, attempt: "open it", code: ENOENT)) {
      try Picture(contentsOf: missing)
    }
    #expect(throws: PictureError.notARegularFile(path: scratch.path)) { try Picture(contentsOf: scratch.path) }
    let pipe = "\(scratch.path)/pipe"
    try #require(mkfifo(pipe, 0o600) == 0)
    #expect(throws: PictureError.notARegularFile(path: pipe)) { try Picture(contentsOf: pipe) }
  }

  @Test func greyOfSixteenBitsIsRefused() throws {
    let file = PictureFixtures.path("grey16.png")
    #expect(throws: PictureError.unsupported(path: file, kind: "a PNG of 16-bit grey")) {
      try Picture(contentsOf: file)
    }
  }

  @Test(arguments: ["420.jpg", "progressive.jpg", "cmyk.jpg"]) func everyCutOffJPEGIsFound(name: String) throws {
    let bytes = PictureFixtures.bytes(name)
    for count in 1..<bytes.count {
      #expect(try error(Array(bytes.prefix(count))) == .cutOff(path: "f", format: .jpeg), "\(count)")
    }
  }

  /// Without the end chunk all pixels are there, and Pillow decodes them too.
  @Test(arguments: ["rgb.png", "interlaced.png", "palette4.png"]) func everyCutOffPNGIsFound(name: String) throws {
    let bytes = PictureFixtures.bytes(name)
    let whole = try decode(bytes)
    for count in 1..<bytes.count - 12 {
      #expect(try error(Array(bytes.prefix(count))) == .cutOff(path: "f", format: .png), "\(count)")
    }
    for count in bytes.count - 12...bytes.count {
      #expect(try decode(Array(bytes.prefix(count))) == whole)
    }
  }

  @Test func aMissingDataChunkIsFound() throws {
    let bytes = PictureFixtures.bytes("many-chunks.png")
    let last = try #require(PNGChunks(bytes).filter { $0.type == .data }.last)
    #expect(try error(Array(bytes.prefix(last.start))) == .cutOff(path: "f", format: .png))
    var end = bytes
    end.removeSubrange(last.range)
    #expect(try error(end) == .damaged(path: "f", format: .png, reason: "Not enough image data"))
  }

  @Test func whatFollowsTheEndIsIgnored() throws {
    for name in ["rgb.png", "420.jpg"] {
      let bytes = PictureFixtures.bytes(name)
      #expect(try decode(bytes + [0xFF, 0xD8, 0, 1, 2]) == decode(bytes))
    }
  }

  @Test func damageIsNamed() throws {
    var bytes = PictureFixtures.bytes("rgb.png")
    let data = try #require(PNGChunks(bytes).first { $0.type == .data })
    bytes[data.start + 20] ^= 0xFF
    guard case .damaged("f", .png, let reason) = try error(bytes) else {
      Issue.record("not found")
      return
    }
    #expect(!reason.isEmpty)
  }

  /// Damage within the entropy-coded data leaves a whole picture, which Pillow decodes without a word.
  @Test func damageWithinAJPEGIsPassedOver() throws {
    var bytes = PictureFixtures.bytes("420.jpg")
    bytes[bytes.count - 30] ^= 0x10
    #expect(try decode(bytes).width == Picture(contentsOf: PictureFixtures.path("420.jpg")).width)
  }

  /// Before the second scan of a progressive JPEG file.
  private func insertingBeforeTheSecondScan(_ inserted: [UInt8]) throws -> [UInt8] {
    var bytes = PictureFixtures.bytes("progressive.jpg")
    let scans = JPEGSegments(bytes).filter(\.isStartOfScan)
    try #require(scans.count >= 2)
    // Its marker and number of bytes come before the content.
    bytes.insert(contentsOf: inserted, at: scans[1].content.lowerBound - 4)
    return bytes
  }

  @Test func aWarningIsPassedOver() throws {
    let bytes = try insertingBeforeTheSecondScan([0x11, 0x11])
    #expect(try decode(bytes) == Picture(contentsOf: PictureFixtures.path("progressive.jpg")))
  }

  /// The second frame header is an error, which ends the decoding before any pixel is there.
  @Test func anErrorAfterAWarningIsAnError() throws {
    let bytes = try insertingBeforeTheSecondScan([0x11, 0x11, 0xFF, 0xC0, 0, 2])
    guard case .damaged("f", .jpeg, let reason) = try error(bytes) else {
      Issue.record("not found")
      return
    }
    #expect(reason.contains("SOF"))
  }

  @Test func aFileThatCannotHoldItsPixelsIsRefused() throws {
    var jpeg = PictureFixtures.bytes("420.jpg")
    let frame = try #require(JPEGSegments(jpeg).first { $0.isFrame })
    let place = frame.content.lowerBound + 1
    jpeg.replaceSubrange(place..<place + 4, with: [0x20, 0, 0x20, 0])
    #expect(try error(jpeg) == .damaged(path: "f", format: .jpeg, reason: "it is too short for its size"))
  }
}
