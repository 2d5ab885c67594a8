import Foundation
import Testing

@testable import Merging

@Suite struct FileCheckTests {
  @Test func allFilesOfAMergeAreListedOnce() throws {
    var request = fixtureRequest(.adarank, evaluates: true)
    let files = FileCheck.files(try Collection(opening: request))
    // The base, and of three tasks weights, head and inputs, which serve for both uses.
    #expect(files.count == 1 + 3 * 3)
    #expect(files.allSatisfy { $0.bytes ?? 0 > 0 })
    #expect(files[0].path.hasSuffix("clip/base/model.safetensors"))
    request = fixtureRequest(.average)
    #expect(FileCheck.files(try Collection(opening: request)).count == 1 + 3 * 2)
  }

  @Test func aFileOfAnotherSizeIsNamedWithItsHost() throws {
    let scratch = try ScratchFolder()
    let path = "\(scratch.path)/model.safetensors"
    try Data(count: 100).write(to: URL(fileURLWithPath: path))
    let wanted = [FileCheck.File(path: path)]
    #expect(FileCheck.findings(wanted, here: wanted, host: "b") == [])
    try Data(count: 90).write(to: URL(fileURLWithPath: path))
    #expect(
      FileCheck.findings(wanted, here: [FileCheck.File(path: path)], host: "b") == [
        "\(path): has 90 bytes on b, but 100 bytes on rank 0's node; give all nodes the same files"
      ])
    try FileManager.default.removeItem(atPath: path)
    #expect(
      FileCheck.findings(wanted, here: [FileCheck.File(path: path)], host: "b") == [
        "\(path): is not there on b, but 100 bytes on rank 0's node; give all nodes the same files"
      ])
  }
}
