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
  /// Of the folders of classes; nil: their places.
  private let classNumbers: [Int]?

  /// - Parameter classes: the numbers of classes by name, where they have names: folders that all are called like classes
  ///   have their numbers, whatever the letters' case, and with `_` and `-` for spaces.
  /// - Throws: `InputError` where the folder has no pictures, or they would be prepared in another size than the model's.
  init(
    path: String, pictures: PictureShape, preprocessing: PicturePreprocessing, normalization: PixelNormalization,
    classes: [String: Int]
  ) throws {
    guard pictures.channels == 3 else {
      throw InputError(["\(path): pictures in folders have 3 channels, but the model takes \(pictures.channels)"])
    }
    do { folder = try PictureFolder(path: path) } catch { throw InputError(["\(error)"]) }
    self.preprocessing = preprocessing
    self.normalization = normalization
    self.pictures = pictures
    classNumbers = Self.numbers(of: folder.classNames, classes)
    let side = pictures.imageSize
    if let size = preprocessing.preparedSize, size != (side, side) {
      throw InputError([
        "\(path): the base's preprocessor makes pictures of \(size.width) × \(size.height), but the model takes "
          + "\(side) × \(side)"
      ])
    }
  }

  var labels: InputLabels {
    folder.classNames.isEmpty
      ? .missing(reason: "has no folders of classes") : .folders(folder, numbers: classNumbers)
  }

  /// What of the folder is left out, in a sentence; nil where nothing is.
  var note: String? {
    guard let first = folder.others.first else { return nil }
    let count = folder.others.count
    return count == 1
      ? "\(folder.path): \(first) is left out: it is no PNG or JPEG file in its place"
      : "\(folder.path): \(count) files and folders are left out: they are no PNG or JPEG files in their places "
        + "(\(first), …)"
  }

  private static func numbers(of folders: [String], _ classes: [String: Int]) -> [Int]? {
    func plain(_ name: String) -> String {
      name.lowercased().replacing("_", with: " ").replacing("-", with: " ")
    }
    let known = Dictionary(classes.map { (plain($0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
    let numbers = folders.compactMap { known[plain($0)] }
    return !numbers.isEmpty && Set(numbers).count == folders.count ? numbers : nil
  }

  /// Writes the patches of one picture.
  ///
  /// - Parameter rows: [N, channels · patch · patch].
  func cut(_ index: Int, into rows: MutableMatrixView) throws {
    let picture = try prepared(index)
    let cutter = PatchCutter(pictures)
    picture.bytes.withUnsafeBufferPointer { bytes in
      cutter.cut(image: bytes.baseAddress!, normalization: normalization, into: rows)
    }
  }

  /// What keeps a picture from being used, in a sentence; nil where nothing does. The picture is decoded.
  func problem(with index: Int) -> String? {
    do {
      _ = try prepared(index)
      return nil
    } catch { return "\(error)" }
  }

  private func prepared(_ index: Int) throws(PictureError) -> Picture {
    try folder.prepare(at: index, with: preprocessing, width: pictures.imageSize, height: pictures.imageSize)
  }
}
