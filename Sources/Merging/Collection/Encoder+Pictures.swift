import Checkpoints
import Foundation
import Pictures
import Transformers

extension Encoder {
  /// The encoder whose pictures are as large as those in folders become: DINOv2's are as its base's preprocessor crops them,
  /// and where it has none as the published models' do. Tensors need no preparing, and keep to the configuration's size.
  ///
  /// - Parameters:
  ///   - paths: of the inputs.
  ///   - preprocessor: the base's, if it has one.
  func suiting(picturesAt paths: [String], preprocessor: Data?) -> Encoder {
    guard case .pictures(.vit(var configuration)) = input, configuration.family == .dinov2, preprocessor == nil,
      let side = PicturePreprocessing.dinov2.crop?.width, configuration.pictures.patchSize <= side,
      paths.contains(where: { (try? FileKind(path: $0)) == .folder })
    else { return self }
    configuration.pictures.imageSize = side
    return Encoder(configuration)
  }
}
