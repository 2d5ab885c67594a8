import LinearAlgebra
import TestSupport
import Testing
import Transformers

@Suite struct PatchCutterTests {
  /// Image size, patch size, channels; the second and third leave pixels over.
  private static let shapes = [(6, 2, 3), (7, 3, 3), (5, 4, 2), (4, 4, 1), (3, 1, 2)]

  private func pictures(_ shape: (Int, Int, Int)) -> PictureShape {
    PictureShape(imageSize: shape.0, patchSize: shape.1, channels: shape.2)
  }

  /// Row 1 + patch, column (channel, y, x): what `pixel` says of the channel, line and place in the image.
  private func reference(
    _ pictures: PictureShape, _ pixel: (_ channel: Int, _ y: Int, _ x: Int) -> Double
  ) -> ReferenceTensor {
    let (grid, patch) = (pictures.grid, pictures.patchSize)
    var rows = ReferenceTensor(zeros: [pictures.tokens, pictures.patchCount])
    for row in 1..<pictures.tokens {
      for column in 0..<pictures.patchCount {
        let (channel, y, x) = (column / (patch * patch), column / patch % patch, column % patch)
        rows[row, column] = pixel(channel, (row - 1) / grid * patch + y, (row - 1) % grid * patch + x)
      }
    }
    return rows
  }

  @Test("Float pixels are moved as they are, channels first", arguments: shapes)
  func floats(shape: (Int, Int, Int)) {
    let pictures = pictures(shape)
    let size = pictures.imageSize
    let cutter = PatchCutter(pictures)
    #expect(pictures.pixelCount == size * size * pictures.channels)
    let pixels = (0..<pictures.pixelCount).map(Float.init)
    let rows = MutableMatrixView.leaked(
      rows: pictures.tokens, columns: pictures.patchCount, stride: pictures.patchCount + 2
    ) { -1 }
    cutter.cut(pixels: pixels, into: rows)
    let wanted = reference(pictures) { Double(($0 * size + $1) * size + $2) }
    #expect(mismatch(rows.view, wanted, tolerance: 0) == nil)
    #expect(rows.marginsAreIntact)
  }

  @Test("Bytes are normalised by channel, channels last", arguments: shapes)
  func bytes(shape: (Int, Int, Int)) {
    let pictures = pictures(shape)
    let (size, channels) = (pictures.imageSize, pictures.channels)
    let normalization = PixelNormalization(
      scale: 1 / 255, mean: Array([0.48, 0.45, 0.4].prefix(channels)),
      deviation: Array([0.25, 0.26, 0.5].prefix(channels)))
    let image = (0..<size * size * channels).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
    let rows = MutableMatrixView.leaked(rows: pictures.tokens, columns: pictures.patchCount) { -1 }
    PatchCutter(pictures).cut(image: image, normalization: normalization, into: rows)
    let wanted = reference(pictures) { channel, y, x in
      (Double(image[(y * size + x) * channels + channel]) / 255 - Double(normalization.mean[channel]))
        / Double(normalization.deviation[channel])
    }
    #expect(mismatch(rows.view, wanted, tolerance: 1e-6) == nil)
    #expect(rows.marginsAreIntact)
  }
}
