import LinearAlgebra

/// Cuts images into the rows that the patch embedding's product wants.
///
/// An image gives N rows: first one of zeros, in the place of the class token, then a row for each patch from left to
/// right and top to bottom, its numbers in the order of the convolution's weight: channel, row, column. With the row of
/// zeros, embedding is one product over all tokens, and so is the gradient of its weight.
package struct PatchCutter: Sendable {
  package let pictures: PictureShape

  package init(_ pictures: PictureShape) { self.pictures = pictures }

  private var channels: Int { pictures.channels }
  private var imageSize: Int { pictures.imageSize }
  private var patchSize: Int { pictures.patchSize }

  /// - Parameters:
  ///   - pixels: normalised, [channels, height, width].
  ///   - rows: [N, channels · patch · patch].
  package func cut(pixels: UnsafePointer<Float>, into rows: MutableMatrixView) {
    cut(into: rows) { channel, y, x, target in
      target.update(from: pixels + (channel * imageSize + y) * imageSize + x, count: patchSize)
    }
  }

  /// - Parameters:
  ///   - image: [height, width, channels].
  ///   - rows: [N, channels · patch · patch].
  package func cut(
    image: UnsafePointer<UInt8>, normalization: PixelNormalization, into rows: MutableMatrixView
  ) {
    cut(into: rows) { channel, y, x, target in
      let source = image + (y * imageSize + x) * channels + channel
      let scale = normalization.scale / normalization.deviation[channel]
      let offset = -normalization.mean[channel] / normalization.deviation[channel]
      for index in 0..<patchSize { target[index] = Float(source[index * channels]) * scale + offset }
    }
  }

  /// Calls `fill` for each line of each patch.
  @inline(__always)
  private func cut(
    into rows: MutableMatrixView,
    fill: (_ channel: Int, _ y: Int, _ x: Int, _ target: UnsafeMutablePointer<Float>) -> Void
  ) {
    rows[row: 0].update(repeating: 0, count: rows.columns)
    let grid = pictures.grid
    for patch in 0..<grid * grid {
      let (top, left) = (patch / grid * patchSize, patch % grid * patchSize)
      for channel in 0..<channels {
        for line in 0..<patchSize {
          fill(channel, top + line, left, rows[row: patch + 1] + (channel * patchSize + line) * patchSize)
        }
      }
    }
  }
}
