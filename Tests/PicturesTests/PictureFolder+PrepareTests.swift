import Testing

@testable import Pictures

@Suite struct PictureFolderPrepareTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private let preprocessing = PicturePreprocessing(
    size: .shortestEdge(8), filter: .bicubic, crop: nil, defaultNormalization: .clip)

  @Test func aPictureIsDecodedAndPrepared() throws {
    try scratch.write(PictureFixtures.bytes("420.jpg"), as: "cat/1.jpg")
    try scratch.write(PictureFixtures.bytes("rgb.png"), as: "dog/1.png")
    let folder = try PictureFolder(path: scratch.path)
    let picture = try Picture(contentsOf: PictureFixtures.path("rgb.png"))
    let expected = picture.resized(width: 10, height: 8, filter: .bicubic)
    #expect(try folder.prepare(at: 1, with: preprocessing, width: 10, height: 8) == expected)
  }

  @Test func problemsNameTheFile() throws {
    try scratch.write(PictureFixtures.bytes("rgb.png"), as: "0.png")
    try scratch.write(Array(PictureFixtures.bytes("rgb.png").prefix(100)), as: "1.png")
    let folder = try PictureFolder(path: scratch.path)
    #expect(
      throws: PictureError.wrongPreparedSize(path: folder.path(at: 0), size: [10, 8], expected: [8, 10])
    ) {
      try folder.prepare(at: 0, with: preprocessing, width: 8, height: 10)
    }
    #expect(throws: PictureError.cutOff(path: folder.path(at: 1), format: .png)) {
      try folder.prepare(at: 1, with: preprocessing, width: 10, height: 8)
    }
    var large = preprocessing
    large.size = .shortestEdge(9459)
    #expect(
      throws: PictureError.resizedTooLarge(path: folder.path(at: 0), from: [23, 17], to: [12_797, 9459])
    ) {
      try folder.prepare(at: 0, with: large, width: 10, height: 8)
    }
  }
}
