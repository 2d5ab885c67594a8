import Foundation
import Testing

@testable import Pictures

@Suite struct PictureFolderTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func fill(_ names: String...) throws {
    for name in names { try scratch.write(PictureFixtures.bytes("1x9.png"), as: name) }
  }

  private func open() throws -> PictureFolder { try PictureFolder(path: scratch.path) }

  private func relative(_ folder: PictureFolder) -> [String] {
    folder.paths.map { String($0.dropFirst(scratch.path.count + 1)) }
  }

  /// Python: sorted(["a", "B", "é", "b10", "b9", "z"]) == ["B", "a", "b10", "b9", "z", "é"]
  @Test func classesAndFilesAreInPythonsOrder() throws {
    try fill("a/1.png", "B/1.png", "é/1.png", "b10/1.png", "b9/b.png", "b9/10.jpg", "b9/9.JPEG", "b9/B.Png", "z/1.png")
    let folder = try open()
    #expect(folder.classNames == ["B", "a", "b10", "b9", "z", "é"])
    #expect(folder.count == 9)
    #expect(folder.labels == [0, 1, 2, 3, 3, 3, 3, 4, 5])
    #expect(folder.labels == folder.paths.indices.map(folder.label(at:)))
    #expect(folder.indices(ofClass: 3) == 3..<7)
    #expect(Array(relative(folder)[3..<7]) == ["b9/10.jpg", "b9/9.JPEG", "b9/B.Png", "b9/b.png"])
    #expect(folder.paths.allSatisfy { FileManager.default.fileExists(atPath: $0) })
    #expect(folder.others == [])
  }

  @Test func otherFilesAreReportedAndHiddenOnesAreNot() throws {
    try fill(
      "cat/1.png", "cat/notes.txt", "cat/inner/2.png", "cat/.hidden.png", "cat/png", "cat/.png", "labels.csv", "3.png",
      ".git/1.png", "cat/a.jpgx", "cat/b.webp")
    let folder = try open()
    #expect(relative(folder) == ["cat/1.png"])
    #expect(
      folder.others == ["3.png", "cat/a.jpgx", "cat/b.webp", "cat/inner/", "cat/notes.txt", "cat/png", "labels.csv"])
  }

  @Test func withoutClassesThePicturesLieInTheFolderItself() throws {
    try fill("b.png", "a.JPG", "B.jpeg", "10.png", "9.png", "notes.txt", ".hidden.png")
    let folder = try open()
    #expect(folder.classNames == [])
    #expect(folder.labels == nil)
    #expect(folder.count == 5)
    #expect(relative(folder) == ["10.png", "9.png", "B.jpeg", "a.JPG", "b.png"])
    #expect(folder.others == ["notes.txt"])
    #expect(folder.problems(in: 0..<5) == [])
  }

  @Test func linksAreFollowed() throws {
    try fill("blobs/x", "data/cat/1.png")
    let cat = "\(scratch.path)/data/cat"
    try FileManager.default.createSymbolicLink(atPath: "\(cat)/0.png", withDestinationPath: "../../blobs/x")
    try FileManager.default.createSymbolicLink(atPath: "\(cat)/2.png", withDestinationPath: "nowhere")
    try FileManager.default.createSymbolicLink(atPath: "\(scratch.path)/data/dog", withDestinationPath: "cat")
    let folder = try PictureFolder(path: "\(scratch.path)/data")
    #expect(folder.classNames == ["cat", "dog"])
    #expect(folder.labels == [0, 0, 1, 1])
    #expect(folder.others == ["cat/2.png", "dog/2.png"])
    #expect(folder.problems(in: 0..<4) == [])
  }

  @Test func foldersWithoutClassesOrPicturesAreRefused() throws {
    #expect(throws: PictureError.system(path: "\(scratch.path)/none", attempt: "list it", code: ENOENT)) {
      try PictureFolder(path: "\(scratch.path)/none")
    }
    try fill("labels.csv", ".hidden.png")
    #expect(throws: PictureError.noPictures(path: scratch.path)) { try open() }
    try fill("1.png", "cat/1.png", "dog/1.txt", "ant/x/1.png")
    #expect(throws: PictureError.emptyClasses(path: scratch.path, names: ["ant", "dog"])) { try open() }
  }

  @Test func problemsAreFoundBeforeDecoding() throws {
    try fill("cat/1.png", "dog/1.png")
    try scratch.write(Array("GIF89a........".utf8), as: "cat/2.png")
    try scratch.write([], as: "dog/0.jpg")
    try scratch.write(Array(PictureFixtures.bytes("420.jpg").prefix(50)), as: "dog/2.jpg")
    let folder = try open()
    let (gif, empty, short) = (folder.path(at: 1), folder.path(at: 2), folder.path(at: 4))
    let all: [PictureError] = [
      .neitherPNGNorJPEG(path: gif, type: "a GIF"), .empty(path: empty), .cutOff(path: short, format: .jpeg),
    ]
    #expect(folder.problems(in: 0..<folder.count) == all)
    #expect(folder.problems(in: 2..<4) == [all[1]])
    #expect(folder.problems(in: 0..<folder.count, upTo: 2) == Array(all.prefix(2)))
    try FileManager.default.removeItem(atPath: gif)
    #expect(folder.problems(in: 0..<2) == [.system(path: gif, attempt: "open it", code: ENOENT)])
  }
}
