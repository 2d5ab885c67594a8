import Foundation
import Testing
import Transformers

@testable import Merging

@Suite struct PixelNormalizationTests {
  private func read(_ preprocessor: String?, _ configuration: String? = nil, channels: Int = 3) throws
    -> PixelNormalization
  {
    try PixelNormalization(
      preprocessor: preprocessor.map { Data($0.utf8) }, configuration: configuration.map { Data($0.utf8) },
      folder: "base", channels: channels)
  }

  @Test func withoutFilesCLIPsOwnNumbersHold() throws {
    #expect(try read(nil) == .clip)
    #expect(try read("{}", "{}") == .clip)
  }

  @Test func huggingFacesKeysAreRead() throws {
    let got = try read(
      #"{"image_mean": [0.5, 0.25, 0], "image_std": [1, 2, 4], "rescale_factor": 0.5, "do_normalize": true}"#)
    #expect(got == PixelNormalization(scale: 0.5, mean: [0.5, 0.25, 0], deviation: [1, 2, 4]))
    #expect(try read(#"{"do_rescale": false}"#).scale == 1)
    #expect(try read(#"{"do_rescale": false, "rescale_factor": 0.00392156862745098}"#).scale == 1)
    let plain = try read(#"{"do_normalize": false}"#)
    #expect(plain == PixelNormalization(scale: 1 / 255, mean: [0, 0, 0], deviation: [1, 1, 1]))
  }

  @Test func whatIsUsualDependsOnPreprocessorAndModel() throws {
    let (vit, dino) = (#"{"model_type": "vit"}"#, #"{"model_type": "dinov2"}"#)
    #expect(try read(nil, vit) == .half)
    #expect(try read("{}", vit) == .half)
    #expect(try read(nil, dino) == .imageNet)
    for type in ["ViTImageProcessor", "ViTImageProcessorFast"] {
      #expect(try read(#"{"image_processor_type": "\#(type)"}"#, dino) == .half)
    }
    #expect(try read(#"{"feature_extractor_type": "ViTFeatureExtractor"}"#) == .half)
    // transformers' BitImageProcessor has CLIP's numbers unless a file says otherwise.
    #expect(try read(#"{"image_processor_type": "BitImageProcessor"}"#, dino) == .clip)
    #expect(try read(#"{"image_mean": [0, 0, 0]}"#, vit).deviation == [0.5, 0.5, 0.5])
  }

  @Test func openCLIPsKeysAreReadWhereHuggingFacesAreMissing() throws {
    let configuration = #"{"preprocess_cfg": {"mean": [0.1, 0.2, 0.3], "std": [1, 1, 2]}}"#
    #expect(
      try read(nil, configuration) == PixelNormalization(scale: 1 / 255, mean: [0.1, 0.2, 0.3], deviation: [1, 1, 2]))
    #expect(try read(#"{"image_mean": [0, 0, 0]}"#, configuration).mean == [0, 0, 0])
  }

  @Test(arguments: [
    #"{"image_mean": [0.5, 0.5]}"#, #"{"image_std": [1, 1, 0]}"#, #"{"image_std": [1, 1, -1]}"#,
    #"{"image_std": [1, 1, 1, 1]}"#,
  ]) func wrongNumbersAreRefused(preprocessor: String) {
    let message = "base: the preprocessor's image_mean and image_std must be 3 numbers each, and no image_std may be 0"
    #expect(throws: InputError([message])) { _ = try read(preprocessor) }
  }

  @Test func valuesOfAnotherFormAreRefused() {
    for (preprocessor, key, form) in [
      (#"{"image_mean": 0.5}"#, "image_mean", "a list of numbers"),
      (#"{"image_mean": ["a", "b", "c"]}"#, "image_mean", "a list of numbers"),
      (#"{"image_std": {"r": 1}}"#, "image_std", "a list of numbers"),
      (#"{"rescale_factor": "1/255"}"#, "rescale_factor", "a number"),
      (#"{"do_normalize": "no"}"#, "do_normalize", "true or false"),
    ] {
      #expect(throws: InputError(["base: the preprocessor's \(key) must be \(form)"])) { _ = try read(preprocessor) }
    }
    #expect(throws: InputError(["base: the preprocessor's std must be a list of numbers"])) {
      _ = try read(nil, #"{"preprocess_cfg": {"std": 1}}"#)
    }
  }

  @Test func nullSaysNothing() throws {
    #expect(try read(#"{"image_mean": null, "do_rescale": null}"#) == .clip)
  }

  @Test func whatIsNoObjectIsRefused() {
    for text in ["[1]", "{"] {
      #expect(throws: InputError(["base/preprocessor_config.json is not a JSON object"])) { _ = try read(text) }
    }
  }

  @Test func otherNumbersOfChannelsNeedTheirOwnNumbers() throws {
    #expect(throws: InputError.self) { _ = try read(nil, channels: 1) }
    #expect(try read(#"{"image_mean": [0.5], "image_std": [0.5]}"#, channels: 1).mean == [0.5])
  }
}
