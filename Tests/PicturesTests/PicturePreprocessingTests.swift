import Foundation
import Testing

@testable import Pictures

@Suite struct PicturePreprocessingTests {
  private func read(_ json: String) throws -> PicturePreprocessing {
    try PicturePreprocessing(json: Data(json.utf8), path: "p.json")
  }

  private func refuse(_ json: String) -> PictureError? {
    #expect(throws: PictureError.self) { try read(json) }
  }

  @Test(arguments: PictureFixtures.answers("prepared.json")) func theBytesAreThoseOfTheProcessors(
    answer: PictureFixtures.Answer
  ) throws {
    let preprocessing = try read(try #require(answer.configuration))
    let path = PictureFixtures.path(answer.file)
    let prepared = try preprocessing.prepare(try Picture(contentsOf: path), path: path)
    try #require(prepared.width == answer.width && prepared.height == answer.height)
    #expect(difference(prepared, answer.picture).largest == 0)
    if let size = preprocessing.preparedSize { #expect(size == (prepared.width, prepared.height)) }
  }

  @Test func aFileThatSaysNothingIsCLIPs() throws {
    let clip = try read("{}")
    #expect(clip == .clip)
    #expect(clip.size == .shortestEdge(224))
    #expect(clip.crop == .init(width: 224, height: 224))
    #expect(clip.filter == .bicubic)
    #expect(clip.defaultNormalization.mean == [0.481_454_66, 0.457_827_5, 0.408_210_73])
    #expect(clip.defaultNormalization.deviation == [0.268_629_54, 0.261_302_58, 0.275_777_11])
    #expect(try read(#"{"feature_extractor_type": "CLIPFeatureExtractor"}"#) == clip)
    #expect(try read(#"{"image_processor_type": "BitImageProcessorFast"}"#) == clip)
  }

  @Test func eachProcessorHasItsDefaults() throws {
    let vit = try read(#"{"image_processor_type": "ViTImageProcessorFast"}"#)
    #expect(vit.size == .exactly(width: 224, height: 224))
    #expect(vit.crop == nil)
    #expect(vit.filter == .bilinear)
    #expect(vit.defaultNormalization == .init(mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5]))
    #expect(try read(#"{"feature_extractor_type": "ViTFeatureExtractor"}"#) == vit)
  }

  @Test func oneNumberMeansWhatTheProcessorTakesItFor() throws {
    #expect(try read(#"{"size": 336, "crop_size": 300}"#).size == .shortestEdge(336))
    #expect(try read(#"{"crop_size": 300}"#).crop == .init(width: 300, height: 300))
    let vit = try read(#"{"image_processor_type": "ViTImageProcessor", "size": 384}"#)
    #expect(vit.size == .exactly(width: 384, height: 384))
  }

  @Test func heightComesBeforeWidth() throws {
    let read = try read(#"{"size": [10, 20], "crop_size": {"height": 30, "width": 40}}"#)
    #expect(read.size == .exactly(width: 20, height: 10))
    #expect(read.crop == .init(width: 40, height: 30))
  }

  @Test func stepsCanBeOff() throws {
    let none = try read(#"{"do_resize": false, "do_center_crop": false, "size": 1}"#)
    #expect(none.size == nil && none.crop == nil)
    #expect(none.preparedSize == nil)
  }

  /// They are read elsewhere, and the defaults stay the processor's.
  @Test func numbersOfNormalisationSayNothing() throws {
    let json = #"{"do_rescale": false, "rescale_factor": 2, "do_normalize": "?", "image_mean": 1, "image_std": []}"#
    #expect(try read(json) == read("{}"))
  }

  @Test func namesAreQuoted() {
    #expect(
      refuse(#"{"image_processor_type": "Other\u001b[2J"}"#)?.description
        == #"p.json: image_processor_type is "Other\u{1B}[2J"; this program knows the image processors of CLIP, ViT "#
        + "and Bit")
  }

  @Test func nullSaysNothing() throws {
    #expect(
      try read(
        #"{"size": {"shortest_edge": 224, "longest_edge": null}, "crop_size": null, "resample": null, "do_pad": null}"#)
        == read("{}"))
  }

  @Test(arguments: [
    (#"{"image_processor_type": "SiglipImageProcessor"}"#, "image_processor_type"),
    (#"{"feature_extractor_type": "ViTHybridImageProcessor"}"#, "feature_extractor_type"),
    (#"{"image_processor_type": 1}"#, "image_processor_type"), (#"{"do_resize": "yes"}"#, "do_resize"),
    (#"{"do_resize": 1}"#, "do_resize"), (#"{"do_pad": true}"#, "do_pad"), (#"{"size": "224"}"#, "size"),
    (#"{"size": 0}"#, "size"), (#"{"size": -1}"#, "size"), (#"{"size": 9460}"#, "size"), (#"{"size": 1.5}"#, "size"),
    (#"{"size": [1, 2, 3]}"#, "size"), (#"{"size": true}"#, "size"), (#"{"size": {}}"#, "size"),
    (#"{"size": {"shortest_edge": 10, "longest_edge": 20}}"#, "size"), (#"{"size": {"height": 10}}"#, "size"),
    (#"{"size": {"height": 10, "width": 20, "shortest_edge": 10}}"#, "size"),
    (#"{"size": {"shortest_edge": "a"}}"#, "size"), (#"{"resample": 6}"#, "resample"),
    (#"{"resample": "3"}"#, "resample"), (#"{"crop_size": {"shortest_edge": 10}}"#, "crop_size"),
    (#"{"crop_size": {"height": 0, "width": 1}}"#, "crop_size"),
    (#"{"image_processor_type": "ViTImageProcessor", "do_center_crop": true}"#, "crop_size"),
  ]) func wrongValuesAreRefusedByKey(json: String, key: String) {
    guard case .badSetting("p.json", key, _) = refuse(json) else {
      Issue.record("\(json) is not refused for \(key)")
      return
    }
  }

  @Test(arguments: ["", "{", "[1]", "3", "null"]) func whatIsNoObjectIsRefused(json: String) {
    #expect(refuse(json) == .badConfiguration(path: "p.json", reason: "is not a JSON object"))
  }

  /// The quotient is cut off, as Python's `int` does: 224 · 500 / 375 = 298.67.
  @Test func theLongerSideIsCutOff() throws {
    var preprocessing = try read("{}")
    preprocessing.crop = nil
    preprocessing.filter = .nearest
    for (width, height, expected) in [(500, 375, (298, 224)), (375, 500, (224, 298)), (3, 3, (224, 224))] {
      let picture = Picture(width: width, height: height, bytes: [UInt8](repeating: 1, count: width * height * 3))
      let prepared = try preprocessing.prepare(picture, path: "f")
      #expect((prepared.width, prepared.height) == expected)
    }
  }

  @Test func theLargestSettingIsWithinTheLimit() throws {
    #expect(try read(#"{"size": [9459, 9459]}"#).size == .exactly(width: 9459, height: 9459))
    #expect(Picture.isWithinLimit(width: 9459, height: 9459) && !Picture.isWithinLimit(width: 9460, height: 9460))
  }

  @Test func aThreadIsNotResizedBeyondTheLimit() throws {
    let thread = Picture(width: 1, height: 10_000, bytes: [UInt8](repeating: 1, count: 30_000))
    #expect(throws: PictureError.resizedTooLarge(path: "f", from: [1, 10_000], to: [224, 2_240_000])) {
      try read("{}").prepare(thread, path: "f")
    }
  }
}
