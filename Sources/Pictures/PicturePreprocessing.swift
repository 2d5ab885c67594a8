/// How pictures are prepared for a model: resized, and then cropped around their middle.
///
/// The bytes are those of the processors that use Pillow: Hugging Face's of CLIP, ViT and BiT (which DINOv2 uses), and
/// OpenCLIP's. Hugging Face's fast processors, which resize tensors with torchvision, round otherwise. OpenCLIP makes a
/// picture RGB only after it has resized it, and so resizes one with a palette, alpha or CMYK otherwise.
///
/// Not covered: scale, mean and deviation, with which the bytes of prepared pictures become numbers.
package struct PicturePreprocessing: Equatable, Sendable {
  /// What a picture is resized to.
  package enum Size: Equatable, Sendable {
    /// The shorter side gets this length, and the other keeps the proportion.
    case shortestEdge(Int)
    /// Whatever the proportion was.
    case exactly(width: Int, height: Int)
  }

  /// The middle of a picture.
  package struct Crop: Equatable, Sendable {
    package let width: Int
    package let height: Int
    /// Of where the middle begins, if that is half a pixel.
    package let rounding: FloatingPointRoundingRule

    package init(width: Int, height: Int, rounding: FloatingPointRoundingRule = .down) {
      self.width = width
      self.height = height
      self.rounding = rounding
    }
  }

  /// (colour − mean) / deviation, for colours in 0 ... 1.
  package struct Normalization: Equatable, Sendable {
    /// For red, green and blue.
    package let mean: [Float]
    /// For red, green and blue, greater than 0.
    package let deviation: [Float]

    static let clip = Normalization(
      mean: [0.481_454_66, 0.457_827_5, 0.408_210_73], deviation: [0.268_629_54, 0.261_302_58, 0.275_777_11])
    static let half = Normalization(mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5])
    static let imageNet = Normalization(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
  }

  /// Nil where pictures keep their size.
  package var size: Size?
  package var filter: ResamplingFilter
  /// Nil where pictures are not cropped.
  package var crop: Crop?

  /// What the processor does where its file has no mean or deviation. Those of the file are not kept here.
  package let defaultNormalization: Normalization

  /// What CLIP's processor does where no file says otherwise.
  package static let clip = PicturePreprocessing(
    size: PictureProcessor.clip.size, filter: PictureProcessor.clip.filter, crop: PictureProcessor.clip.crop,
    defaultNormalization: PictureProcessor.clip.normalization)

  /// What ViT's processor does where no file says otherwise.
  package static let vit = PicturePreprocessing(
    size: PictureProcessor.vit.size, filter: PictureProcessor.vit.filter, crop: nil,
    defaultNormalization: PictureProcessor.vit.normalization)

  /// What the files of DINOv2's published models say.
  package static let dinov2 = PicturePreprocessing(
    size: .shortestEdge(256), filter: .bicubic, crop: .init(width: 224, height: 224), defaultNormalization: .imageNet)

  /// The width and height of every prepared picture; nil where they depend on the picture.
  package var preparedSize: (width: Int, height: Int)? {
    if let crop { return (crop.width, crop.height) }
    if case .exactly(let width, let height) = size { return (width, height) }
    return nil
  }

  /// Resizes and crops a picture.
  ///
  /// - Parameter path: the picture's file, for messages.
  /// - Throws: `PictureError.resizedTooLarge` where the picture is so long and thin that resized it would have too
  ///   many pixels.
  package func prepare(_ picture: Picture, path: String) throws(PictureError) -> Picture {
    var prepared = picture
    if let size {
      let (width, height) = newSize(of: picture, size)
      guard Picture.isWithinLimit(width: width, height: height) else {
        throw .resizedTooLarge(path: path, from: [picture.width, picture.height], to: [width, height])
      }
      prepared = picture.resized(width: width, height: height, filter: filter)
    }
    if let crop {
      prepared = prepared.croppedToMiddle(width: crop.width, height: crop.height, rounding: crop.rounding)
    }
    return prepared
  }

  /// The longer side of l pixels becomes ⌊edge · l / s⌋, where the shorter has s.
  private func newSize(of picture: Picture, _ size: Size) -> (width: Int, height: Int) {
    switch size {
    case .exactly(let width, let height):
      return (width, height)
    case .shortestEdge(let edge):
      let (short, long) = (min(picture.width, picture.height), max(picture.width, picture.height))
      // The quotient of the processors is a floating-point number, too.
      let other = Int(Double(edge * long) / Double(short))
      return picture.width <= picture.height ? (edge, other) : (other, edge)
    }
  }
}
