import Checkpoints
import LinearAlgebra
import TestSupport
import Testing
import Transformers

@testable import Merging

@Suite struct ImageInputsTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private let configuration = CLIPVisionConfiguration(
    naming: .huggingFace, width: 8, mlpWidth: 8, layers: 1, heads: 1, imageSize: 4, patchSize: 2, activation: .gelu)
  private let normalization = PixelNormalization(scale: 0.5, mean: [1, 2, 3], deviation: [2, 4, 8])

  private func open(_ tensors: [NamedTensor]) throws -> ImageInputs {
    let path = try scratch.write(tensors, as: "inputs.safetensors")
    return try ImageInputs(path: path, pictures: configuration.pictures, normalization: { normalization })
  }

  private func message(_ tensors: [NamedTensor]) -> String {
    do {
      _ = try open(tensors)
      return "none"
    } catch { return "\(error)".replacing(scratch.path, with: "…") }
  }

  private func patches(_ inputs: ImageInputs, _ index: Int) throws -> [Float] {
    let (rows, scratch) = (FloatStorage(count: 5 * 12), FloatStorage(count: 48))
    try inputs.cut(index, scratch: scratch.base, into: rows.matrix(rows: 5, columns: 12))
    return Array(UnsafeBufferPointer(start: rows.base, count: 60))
  }

  /// The same pictures as bytes and as normalised numbers give the same patches.
  @Test func bytesAreNormalisedAsNumbersAre() throws {
    let bytes = (0..<2 * 48).map { UInt8(truncatingIfNeeded: $0 &* 29) }
    let pictures = try open([NamedTensor(name: "images", elementType: .u8, shape: [2, 4, 4, 3], bytes: bytes)])
    #expect(pictures.count == 2)
    var pixels = Tensor(zeros: [2, 3, 4, 4])
    for picture in 0..<2 {
      for channel in 0..<3 {
        for place in 0..<16 {
          let pixel = Float(bytes[picture * 48 + place * 3 + channel]) * normalization.scale
          pixels.elements[picture * 48 + channel * 16 + place] =
            (pixel - normalization.mean[channel]) / normalization.deviation[channel]
        }
      }
    }
    let fromBytes = try (0..<2).map { try patches(pictures, $0) }
    let numbers = try open([NamedTensor(name: "pixel_values", tensor: pixels)])
    for picture in 0..<2 {
      let wanted = try patches(numbers, picture)
      #expect(zip(fromBytes[picture], wanted).allSatisfy { abs($0 - $1) < 1e-5 })
      // The class token's row, then the patches: channel, row, column.
      #expect(Array(wanted[..<12]) == [Float](repeating: 0, count: 12))
      let source = pixels.elements[(picture * 48)...]
      #expect(Array(wanted[24..<28]) == [2, 3, 6, 7].map { source[picture * 48 + $0] })
    }
  }

  @Test func otherPicturesAreRefused() {
    #expect(
      message([NamedTensor(zeros: "images", .f32, [1, 4, 4, 3])])
        == "…/inputs.safetensors: 'images' has type F32; it must be U8, or be given as normalised 'pixel_values' of a "
        + "floating-point type")
    #expect(
      message([NamedTensor(zeros: "pixel_values", .u8, [1, 3, 4, 4])])
        == "…/inputs.safetensors: 'pixel_values' has type U8; it must be a floating-point type")
    #expect(
      message([NamedTensor(zeros: "images", .u8, [1, 4, 5, 3])])
        == "…/inputs.safetensors: 'images' has shape [1, 4, 5, 3], but the model takes [N, 4, 4, 3]")
    #expect(
      message([NamedTensor(zeros: "pixel_values", .f32, [3, 4, 4])])
        == "…/inputs.safetensors: 'pixel_values' has shape [3, 4, 4], but the model takes [N, 3, 4, 4]")
    #expect(
      message([NamedTensor(zeros: "images", .u8, [0, 4, 4, 3])])
        == "…/inputs.safetensors: 'images' holds no pictures: N is 0")
    #expect(message([]).hasSuffix("but nothing"))
  }

  @Test func labelsBelongToPictures() throws {
    let images = NamedTensor(zeros: "images", .u8, [3, 4, 4, 3])
    let inputs = try open([images, NamedTensor(name: "labels", integers: [2, 0, 1], shape: [3])])
    #expect(try TaskInputs.pictures(inputs).labels(classCount: 3) == [2, 0, 1])
    #expect(
      throws: InputError(["\(inputs.file.path): label 0 is 2, but the head has 2 classes (0 to 1)"])
    ) { _ = try TaskInputs.pictures(inputs).labels(classCount: 2) }
    let fewer = try open([images, NamedTensor(name: "labels", integers: [2, 0], shape: [2])])
    #expect(
      throws: InputError(["\(fewer.file.path): 'labels' is I64 [2]; it must hold 3 whole numbers"])
    ) { _ = try TaskInputs.pictures(fewer).labels(classCount: 3) }
    #expect(throws: InputError(["\(fewer.file.path) has no 'labels', so no accuracy can be measured on it"])) {
      _ = try TaskInputs.pictures(open([images])).labels(classCount: 3)
    }
  }

  @Test func whatIsNoNumberIsFound() throws {
    let pixels = NamedTensor(zeros: "pixel_values", .f32, [3, 3, 4, 4])
    #expect(try open([pixels]).firstNonFinite() == nil)
    let inputs = try open([pixels.with(.nan, at: 2 * 48 + 47)])
    #expect(
      try inputs.firstNonFinite() == "\(inputs.file.path): picture 2 of 'pixel_values' holds a NaN or an infinity")
    #expect(try open([NamedTensor(zeros: "images", .u8, [1, 4, 4, 3])]).firstNonFinite() == nil)
  }
}
