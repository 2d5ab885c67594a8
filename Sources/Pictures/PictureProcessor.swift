/// Hugging Face's processors whose settings are understood, with what they do where a file says nothing.
///
/// Source: the defaults of Hugging Face's transformers.
struct PictureProcessor {
  /// The names that files give them, without "ImageProcessor" and what may follow.
  private static let known: [String: PictureProcessor] = ["CLIP": clip, "Bit": clip, "ViT": vit]

  static let clip = PictureProcessor(
    size: .shortestEdge(224), numberIsShortestEdge: true, filter: .bicubic, crop: .init(width: 224, height: 224),
    normalization: .clip)

  static let vit = PictureProcessor(
    size: .exactly(width: 224, height: 224), numberIsShortestEdge: false, filter: .bilinear, crop: nil,
    normalization: .half)

  let size: PicturePreprocessing.Size
  /// Whether a size that is one number means the shorter side, and not both.
  let numberIsShortestEdge: Bool
  let filter: ResamplingFilter
  /// Nil where the processor does not crop unless told to, and then must be told the size.
  let crop: PicturePreprocessing.Crop?
  let normalization: PicturePreprocessing.Normalization

  /// - Parameter name: such as CLIPImageProcessor, ViTImageProcessorFast or CLIPFeatureExtractor. All are taken for
  ///   those that use Pillow.
  static func named(_ name: String) -> PictureProcessor? {
    for ending in ["ImageProcessor", "ImageProcessorFast", "ImageProcessorPil", "FeatureExtractor"]
    where name.hasSuffix(ending) {
      return known[String(name.dropLast(ending.count))]
    }
    return nil
  }
}
