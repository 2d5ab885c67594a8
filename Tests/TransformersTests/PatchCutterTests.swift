import LinearAlgebra
import TestSupport
import Testing
import Transformers

@Suite struct PatchCutterTests {
  /// Image size, patch size, channels; the second and third leave pixels over.
  private static let shapes = [(6, 2, 3), (7, 3, 3), (5, 4, 2), (4, 4, 1), (3, 1, 2)]

  private func configuration(_ shape: (Int, Int, Int)) -> CLIPVisionConfiguration {
    CLIPVisionConfiguration(
      naming: .huggingFace, width: 4, mlpWidth: 4, layers: 1, heads: 1, imageSize: shape.0, patchSize: shape.1,
      channels: shape.2, activation: .gelu)
  }

  /// Row 1 + patch, column (channel, y, x): what `pixel` says of the channel, line and place in the image.
  private func reference(
    _ configuration: CLIPVisionConfiguration, _ pixel: (_ channel: Int, _ y: Int, _ x: Int) -> Double
  ) -> ReferenceTensor {
    let (grid, patch) = (configuration.grid, configuration.patchSize)
    var rows = ReferenceTensor(zeros: [configuration.tokens, configuration.patchCount])
    for row in 1..<configuration.tokens {
      for column in 0..<configuration.patchCount {
        let (channel, y, x) = (column / (patch * patch), column / patch % patch, column % patch)
        rows[row, column] = pixel(channel, (row - 1) / grid * patch + y, (row - 1) % grid * patch + x)
      }
    }
    return rows
  }

  @Test("Float pixels are moved as they are, channels first", arguments: shapes)
  func floats(shape: (Int, Int, Int)) {
    let configuration = configuration(shape)
    let size = configuration.imageSize
    let cutter = PatchCutter(configuration)
    #expect(cutter.pixelCount == size * size * configuration.channels)
    let pixels = (0..<cutter.pixelCount).map(Float.init)
    let rows = MutableMatrixView.leaked(
      rows: configuration.tokens, columns: configuration.patchCount, stride: configuration.patchCount + 2
    ) { -1 }
    cutter.cut(pixels: pixels, into: rows)
    let wanted = reference(configuration) { Double(($0 * size + $1) * size + $2) }
    #expect(mismatch(rows.view, wanted, tolerance: 0) == nil)
    #expect(rows.marginsAreIntact)
  }

  @Test("Bytes are normalised by channel, channels last", arguments: shapes)
  func bytes(shape: (Int, Int, Int)) {
    let configuration = configuration(shape)
    let (size, channels) = (configuration.imageSize, configuration.channels)
    let normalization = PixelNormalization(
      scale: 1 / 255, mean: Array([0.48, 0.45, 0.4].prefix(channels)),
      deviation: Array([0.25, 0.26, 0.5].prefix(channels)))
    let image = (0..<size * size * channels).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
    let rows = MutableMatrixView.leaked(rows: configuration.tokens, columns: configuration.patchCount) { -1 }
    PatchCutter(configuration).cut(image: image, normalization: normalization, into: rows)
    let wanted = reference(configuration) { channel, y, x in
      (Double(image[(y * size + x) * channels + channel]) / 255 - Double(normalization.mean[channel]))
        / Double(normalization.deviation[channel])
    }
    #expect(mismatch(rows.view, wanted, tolerance: 1e-6) == nil)
    #expect(rows.marginsAreIntact)
  }
}
