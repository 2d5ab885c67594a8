import Testing

@testable import Pictures

@Suite struct PictureHeaderTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func header(_ bytes: [UInt8]) throws -> PictureHeader {
    try PictureHeader(readingHeaderOf: try scratch.write(bytes, as: "f"))
  }

  private func error(_ bytes: [UInt8]) throws -> PictureError? {
    #expect(throws: PictureError.self) { try header(bytes) }
  }

  private var path: String { "\(scratch.path)/f" }

  /// A PNG file of a header only.
  private func png(_ width: UInt32, _ height: UInt32, bitDepth: UInt8 = 8, colorType: UInt8 = 2) -> [UInt8] {
    let chunk = Array("IHDR".utf8) + width.bytes + height.bytes + [bitDepth, colorType, 0, 0, 0]
    return PictureFormat.png.signature + UInt32(13).bytes + chunk + checkSum(chunk).bytes
  }

  /// A JPEG file of a frame header only.
  private func jpeg(code: UInt8 = 0xC0, precision: UInt8 = 8, size: [UInt8] = [0, 9, 0, 7], components: UInt8 = 3)
    -> [UInt8]
  {
    [0xFF, 0xD8, 0xFF, code, 0, 8] + [precision] + size + [components]
  }

  @Test(arguments: PictureFixtures.answers("decoded.json"))
  func sizesAreThoseOfThePictures(answer: PictureFixtures.Answer) throws {
    let header = try PictureHeader(readingHeaderOf: PictureFixtures.path(answer.file))
    #expect(header.width == answer.width && header.height == answer.height)
    #expect(header.format == (answer.file.hasSuffix("png") ? .png : .jpeg))
  }

  @Test func kindsAreTold() throws {
    #expect(try header(png(3, 4, bitDepth: 4, colorType: 3)).coding == .png(.init(colorType: .palette, bitDepth: 4)))
    #expect(try header(jpeg(code: 0xC2, components: 4)).coding == .jpeg(components: 4))
  }

  @Test func aLongProfileMayComeFirst() throws {
    let profile = [UInt8](repeating: 0xFF, count: 65_533)
    let segment = [0xFF, 0xE2, 0xFF, 0xFF] + profile
    let bytes = [0xFF, 0xD8] + segment + segment + jpeg().dropFirst(2)
    #expect(try header(bytes).width == 7)
    #expect(try error(Array(bytes.dropLast())) == .cutOff(path: path, format: .jpeg))
  }

  @Test func tablesMayComeFirst() throws {
    let tables: [UInt8] = [0xC4, 0xC8, 0xCC, 0xDB].flatMap { [0xFF, $0, 0, 8, 8, 0, 1, 0, 2, 3] as [UInt8] }
    #expect(try header([0xFF, 0xD8] + tables + jpeg().dropFirst(2)).width == 7)
  }

  /// 6 235 · 14 351 = 89 478 485
  @Test func thePixelsAreLimited() throws {
    let padding = [UInt8](repeating: 0, count: 300_000)
    #expect(try header(png(6235, 14_351) + padding).height == 14_351)
    #expect(try error(png(6235, 14_352) + padding) == .tooManyPixels(path: path, width: 6235, height: 14_352))
    #expect(try error(png(.max, .max)) == .tooManyPixels(path: path, width: Int(UInt32.max), height: Int(UInt32.max)))
    #expect(
      try error(jpeg(size: [0xFF, 0xFF, 0xFF, 0xFF])) == .tooManyPixels(path: path, width: 65_535, height: 65_535))
  }

  @Test func sidesAreLimitedAsByTheLibraries() throws {
    let padding = [UInt8](repeating: 0, count: 3000)
    #expect(try header(png(1_000_000, 1) + padding).width == 1_000_000)
    #expect(
      try error(png(1, 1_000_001) + padding)
        == .sideTooLong(path: path, width: 1, height: 1_000_001, limit: 1_000_000))
    #expect(try header(jpeg(size: [0, 1, 0xFF, 0xDC]) + padding).width == 65_500)
    #expect(
      try error(jpeg(size: [0, 1, 0xFF, 0xDD]) + padding)
        == .sideTooLong(path: path, width: 65_501, height: 1, limit: 65_500))
  }

  /// Deflate makes at most 1 032 bytes of one.
  @Test(arguments: [(8, 2, 1032 / 3), (1, 0, 1032 * 8), (8, 3, 1032), (8, 4, 1032 / 2), (16, 6, 1032 / 8)])
  func aPNGHoldsAsManyPixelsAsDeflateCanMake(bitDepth: UInt8, colorType: UInt8, pixelsPerByte: Int) throws {
    let start = png(UInt32(100 * pixelsPerByte), 1, bitDepth: bitDepth, colorType: colorType)
    let padded = start + [UInt8](repeating: 0, count: 100 - start.count)
    #expect(try header(padded).width == 100 * pixelsPerByte)
    #expect(
      try error(Array(padded.dropLast()))
        == .damaged(path: path, format: .png, reason: "it is too short for its size"))
  }

  @Test func aJPEGHoldsAsManyPixelsAsItsCodesCanMake() throws {
    let start = jpeg(size: [4, 0, 0, 100])
    let padded = start + [UInt8](repeating: 0, count: 100 - start.count)
    #expect(try header(padded).height == 1024)
    #expect(
      try error(Array(padded.dropLast()))
        == .damaged(path: path, format: .jpeg, reason: "it is too short for its size"))
  }

  @Test func aJPEGSaysItsSizeSoon() throws {
    let segment = [0xFF, 0xE2, 0xFF, 0xFF] + [UInt8](repeating: 0, count: 65_533)
    let before = (0..<255).reduce(into: [0xFF, 0xD8] as [UInt8]) { bytes, _ in bytes += segment }
    let last = { (count: Int) -> [UInt8] in
      [0xFF, 0xE2, UInt8((count + 2) >> 8), UInt8((count + 2) & 0xFF)] + [UInt8](repeating: 0, count: count)
    }
    // Ten bytes of a frame header follow.
    let rest = 1 << 24 - before.count - 10 - 4
    #expect(try header(before + last(rest) + jpeg().dropFirst(2)).width == 7)
    let late = before + last(rest + 1) + jpeg().dropFirst(2)
    let damage = PictureError.damaged(
      path: path, format: .jpeg, reason: "it does not say its size in its first 16777216 bytes")
    #expect(try error(late) == damage)
    #expect(throws: damage) { try PictureHeader(late, byteCount: late.count, path: path) }
  }

  @Test func aSizeOfNothingIsDamage() throws {
    #expect(try error(png(0, 4)) == .damaged(path: path, format: .png, reason: "its size is 0 × 4"))
    #expect(try error(jpeg(size: [0, 0, 0, 7])) == .damaged(path: path, format: .jpeg, reason: "its size is 7 × 0"))
  }

  @Test func kindsThatAreNotReadAreNamed() throws {
    for code in [0xC3, 0xC5, 0xC7, 0xCB, 0xCF] as [UInt8] {
      #expect(try error(jpeg(code: code)) == .unsupported(path: path, kind: "a lossless or hierarchical JPEG"))
    }
    #expect(try error(jpeg(precision: 12)) == .unsupported(path: path, kind: "a JPEG of 12 bits a channel"))
    #expect(try error(jpeg(components: 2)) == .unsupported(path: path, kind: "a JPEG of 2 channels"))
    #expect(try error(png(3, 4, bitDepth: 16, colorType: 0)) == .unsupported(path: path, kind: "a PNG of 16-bit grey"))
  }

  @Test func impossibleHeadersAreDamage() throws {
    #expect(
      try error(png(3, 4, bitDepth: 4, colorType: 2))
        == .damaged(path: path, format: .png, reason: "its colour type is 2 with 4 bits"))
    #expect(
      try error(png(3, 4, colorType: 5))
        == .damaged(path: path, format: .png, reason: "its colour type is 5 with 8 bits"))
    var other = png(3, 4)
    other[12] = UInt8(ascii: "X")
    #expect(
      try error(other) == .damaged(path: path, format: .png, reason: "it does not begin with a header"))
    var long = png(3, 4)
    long[8] = 1
    #expect(try error(long) == .damaged(path: path, format: .png, reason: "it does not begin with a header"))
    #expect(
      try error([0xFF, 0xD8, 0xFF, 0xDA, 0, 2])
        == .damaged(path: path, format: .jpeg, reason: "it does not say its size before its pixels"))
    #expect(
      try error([0xFF, 0xD8, 0xFF, 0xC0, 0, 4, 8, 0])
        == .damaged(path: path, format: .jpeg, reason: "its frame header is too short"))
  }
}
