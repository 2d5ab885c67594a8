/// The pictures that an encoder takes in, and the patches that it cuts them into.
package struct PictureShape: Equatable, Sendable {
  /// Pixels on a side.
  package var imageSize: Int
  package var patchSize: Int
  package var channels: Int

  package init(imageSize: Int, patchSize: Int, channels: Int) {
    self.imageSize = imageSize
    self.patchSize = patchSize
    self.channels = channels
  }

  /// Patches on a side: pixels that do not fill a patch are left out, as the convolution does.
  package var grid: Int { imageSize / patchSize }
  /// N: the patches and the class token.
  package var tokens: Int { grid * grid + 1 }
  /// The numbers of one patch, channels first.
  package var patchCount: Int { channels * patchSize * patchSize }
  /// The numbers of one picture.
  package var pixelCount: Int { channels * imageSize * imageSize }
}
