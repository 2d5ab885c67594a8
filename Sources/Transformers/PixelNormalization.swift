/// How pixels become numbers: (pixel · scale − mean) / deviation, per channel.
package struct PixelNormalization: Equatable, Sendable {
  package var scale: Float
  package var mean: [Float]
  package var deviation: [Float]

  /// OpenAI's CLIP, for pixels in 0 ... 255.
  package static let clip = PixelNormalization(
    scale: 1 / 255, mean: [0.481_454_66, 0.457_827_5, 0.408_210_73],
    deviation: [0.268_629_54, 0.261_302_6, 0.275_777_1])

  /// To −1 ... 1, as ViT's pictures.
  package static let half = PixelNormalization(scale: 1 / 255, mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5])

  /// By the mean and deviation of ImageNet, as DINOv2's pictures.
  package static let imageNet = PixelNormalization(
    scale: 1 / 255, mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])

  package init(scale: Float, mean: [Float], deviation: [Float]) {
    self.scale = scale
    self.mean = mean
    self.deviation = deviation
  }
}
