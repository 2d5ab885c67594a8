import LinearAlgebra
import Pictures
import Transformers

/// The pictures of one task in a folder; each is decoded and prepared whenever it is asked for, and none is kept.
package struct FolderInputs: Sendable {
  package var count: Int { folder.count }
  let folder: PictureFolder

  private let preprocessing: PicturePreprocessing
  private let normalization: PixelNormalization
  private let pictures: PictureShape

  /// - Throws: `InputError` where the folder has no pictures, or they would be prepared in another size than the model's.
  init(
    path: String, pictures: PictureShape, preprocessing: PicturePreprocessing, normalization: PixelNormalization
  ) throws {
    do { folder = try PictureFolder(path: path) } catch { throw InputError(["\(error)"]) }
    self.preprocessing = preprocessing
    self.normalization = normalization
    self.pictures = pictures
    let side = pictures.imageSize
    if let size = preprocessing.preparedSize, size != (side, side) {
      throw InputError([
        "\(path): the base's preprocessor makes pictures of \(size.width) × \(size.height), but the model takes "
          + "\(side) × \(side)"
      ])
    }
  }

  var labels: InputLabels {
    folder.classNames.isEmpty ? .missing(reason: "has no folders of classes") : .folders(folder)
  }

  /// Writes the patches of one picture.
  ///
  /// - Parameter rows: [N, channels · patch · patch].
  func cut(_ index: Int, into rows: MutableMatrixView) throws {
    let picture = try folder.prepare(
      at: index, with: preprocessing, width: pictures.imageSize, height: pictures.imageSize)
    let cutter = PatchCutter(pictures)
    picture.bytes.withUnsafeBufferPointer { bytes in
      cutter.cut(image: bytes.baseAddress!, normalization: normalization, into: rows)
    }
  }

  /// What is no picture, in a sentence each; at most `limit`. Only the beginning of each file is read.
  func problems(limit: Int = 20) -> [String] {
    folder.problems(in: 0..<count, upTo: limit).map { "\($0)" }
  }
}
