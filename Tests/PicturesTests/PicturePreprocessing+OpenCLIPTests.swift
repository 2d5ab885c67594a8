import Foundation
import Testing

@testable import Pictures

@Suite struct PicturePreprocessingOpenCLIPTests {
  private func read(_ json: String) throws -> PicturePreprocessing {
    try PicturePreprocessing(openCLIP: Data(json.utf8), path: "o.json")
  }

  private func refuse(_ json: String) -> PictureError? {
    #expect(throws: PictureError.self) { try read(json) }
  }

  @Test(arguments: PictureFixtures.answers("prepared-openclip.json")) func theBytesAreThoseOfOpenCLIP(
    answer: PictureFixtures.Answer
  ) throws {
    let preprocessing = try read(try #require(answer.configuration))
    let path = PictureFixtures.path(answer.file)
    let prepared = try preprocessing.prepare(try Picture(contentsOf: path), path: path)
    try #require(prepared.width == answer.width && prepared.height == answer.height)
    #expect(difference(prepared, answer.picture).largest == 0)
    #expect(try #require(preprocessing.preparedSize) == (prepared.width, prepared.height))
  }

  @Test(arguments: [
    "{}", #"{"preprocess_cfg": {}}"#, #"{"preprocess_cfg": null, "model_cfg": null}"#,
    #"{"model_cfg": {"embed_dim": 512, "vision_cfg": {"layers": 12}}, "preprocess_cfg": {"mean": [0, 0, 0]}}"#,
    #"{"preprocess_cfg": {"size": null, "interpolation": null, "resize_mode": null, "fill_color": 0}}"#,
  ]) func whatIsNotSaidIsOpenCLIPsDefault(json: String) throws {
    let read = try read(json)
    #expect(read.size == .shortestEdge(224))
    #expect(read.crop == .init(width: 224, height: 224, rounding: .toNearestOrEven))
    #expect(read.filter == .bicubic)
    #expect(read.defaultNormalization == .clip)
  }

  @Test func theSizeIsTheModels() throws {
    #expect(try read(#"{"model_cfg": {"vision_cfg": {"image_size": 336}}}"#).size == .shortestEdge(336))
    let both = try read(
      #"{"model_cfg": {"vision_cfg": {"image_size": [336, 336]}}, "preprocess_cfg": {"size": 224}}"#)
    #expect(both.size == .shortestEdge(336))
    #expect(both.preparedSize.map { [$0.width, $0.height] } == [336, 336])
  }

  @Test func heightComesBeforeWidth() throws {
    let squash = try read(#"{"preprocess_cfg": {"size": [10, 20], "resize_mode": "squash"}}"#)
    #expect(squash.size == .exactly(width: 20, height: 10))
    #expect(squash.crop == nil)
  }

  @Test(arguments: [
    (#"{"preprocess_cfg": 1}"#, "preprocess_cfg"), (#"{"model_cfg": []}"#, "model_cfg"),
    (#"{"model_cfg": {"vision_cfg": "ViT"}}"#, "model_cfg.vision_cfg"),
    (#"{"model_cfg": {"vision_cfg": {"image_size": 0}}}"#, "model_cfg.vision_cfg.image_size"),
    (#"{"model_cfg": {"vision_cfg": {"image_size": [224]}}}"#, "model_cfg.vision_cfg.image_size"),
    (#"{"preprocess_cfg": {"size": "224"}}"#, "preprocess_cfg.size"),
    (#"{"preprocess_cfg": {"size": [224, "224"]}}"#, "preprocess_cfg.size"),
    (#"{"preprocess_cfg": {"size": {"shortest_edge": 224}}}"#, "preprocess_cfg.size"),
    (#"{"preprocess_cfg": {"size": [224, 10000]}}"#, "preprocess_cfg.size"),
    (#"{"preprocess_cfg": {"size": [224, 256]}}"#, "preprocess_cfg.size"),
    (#"{"preprocess_cfg": {"interpolation": 3}}"#, "preprocess_cfg.interpolation"),
    (#"{"preprocess_cfg": {"interpolation": "nearest"}}"#, "preprocess_cfg.interpolation"),
    (#"{"preprocess_cfg": {"resize_mode": "longest"}}"#, "preprocess_cfg.resize_mode"),
    (#"{"preprocess_cfg": {"resize_mode": true}}"#, "preprocess_cfg.resize_mode"),
  ]) func wrongValuesAreRefusedByKey(json: String, key: String) {
    guard case .badSetting("o.json", key, _) = refuse(json) else {
      Issue.record("\(json) is not refused for \(key)")
      return
    }
  }

  @Test func namesAreQuoted() {
    #expect(
      refuse(#"{"preprocess_cfg": {"resize_mode": "long\n"}}"#)?.description
        == #"o.json: preprocess_cfg.resize_mode is "long\n"; this program knows "shortest" and "squash""#)
  }

  @Test(arguments: ["", "{", "[1]", "3", "null"]) func whatIsNoObjectIsRefused(json: String) {
    #expect(refuse(json) == .badConfiguration(path: "o.json", reason: "is not a JSON object"))
  }
}
