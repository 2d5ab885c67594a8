import Foundation
import TestSupport
import Testing
import Transformers

@testable import Merging
@testable import Pictures

@Suite struct FolderInputsTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func open(_ folders: [String], classes: [String: Int], channels: Int = 3) throws -> TaskInputs {
    for folder in folders {
      try FileManager.default.createDirectory(atPath: "\(scratch.path)/\(folder)", withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: Fixtures.path("pictures/rgb.png"), toPath: "\(scratch.path)/\(folder)/a.png")
    }
    return .pictureFolder(
      try FolderInputs(
        path: scratch.path, pictures: PictureShape(imageSize: 224, patchSize: 32, channels: channels),
        preprocessing: .clip, normalization: .clip, classes: classes))
  }

  @Test func foldersWithNamesOfClassesHaveTheirNumbers() throws {
    let inputs = try open(["Crop_land", "dog", "sea"], classes: ["dog": 2, "crop land": 7, "sea": 0, "x": 1])
    #expect(try inputs.labels(classCount: 8) == [7, 2, 0])
  }

  @Test func otherFoldersAreNumberedByTheirPlaces() throws {
    let inputs = try open(["b", "a", "dog"], classes: ["dog": 2, "a": 1])
    #expect(try inputs.labels(classCount: 3) == [0, 1, 2])
    #expect(
      throws: InputError([
        "\(scratch.path) has 3 class folders, but the head has 4 classes; a picture's label is the place of its folder "
          + "among them, by name"
      ])
    ) { try inputs.labels(classCount: 4) }
  }

  @Test func picturesOfOtherChannelsAreRefused() {
    #expect(
      throws: InputError(["\(scratch.path): pictures in folders have 3 channels, but the model takes 4"])
    ) { try open(["a"], classes: [:], channels: 4) }
  }
}
