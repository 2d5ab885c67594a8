/// A folder of PNG and JPEG files. They lie in a folder for each class, named like it, and so have labels; or, where
/// there are no folders, in the folder itself, and have none.
///
/// Classes and files are in the order of the bytes of their names, which is Python's order of strings; a class's label
/// is its place in it. Nothing is decoded on opening. The names take their own bytes and sixteen more for each file.
///
/// Decoded, the pictures are those of Pillow's `Image.open(path).convert("RGB")`, which ignores the EXIF orientation: a
/// photograph that only EXIF turns upright stays as it lies in the file.
///
/// Not covered: folders within a class's folder, which are reported as `others`; names that are not UTF-8, likewise.
package struct PictureFolder: Sendable {
  package let path: String
  /// Empty where the pictures lie in the folder itself.
  package let classNames: [String]
  /// What is neither a picture by its name nor a class's folder, relative to `path`, sorted; folders end with a slash.
  /// Pictures beside folders of classes are among them. Hidden files are not mentioned.
  package let others: [String]

  /// The paths of a folder's pictures.
  package struct Paths: RandomAccessCollection, Sendable {
    fileprivate let folder: PictureFolder

    package var startIndex: Int { 0 }
    package var endIndex: Int { folder.count }
    package subscript(index: Int) -> String { folder.path(at: index) }
  }

  /// The files' names, one after the other.
  private let names: [UInt8]
  /// Where each name is in `names`.
  private let ranges: [Range<Int>]
  /// Where the files of each class begin, and at the end the number of files that have a class.
  private let starts: [Int]

  /// - Throws: `PictureError` where it cannot be listed, has neither classes nor pictures, or a class has no pictures.
  package init(path: String) throws(PictureError) {
    let top = try FolderListing(path: path)
    guard !top.folders.isEmpty || top.pictures.count > 0 else { throw .noPictures(path: path) }
    var (names, ranges, starts): ([UInt8], [Range<Int>], [Int]) = ([], [], [0])
    var (others, empty): ([String], [String]) = (top.others, [])
    if top.folders.isEmpty {
      top.pictures.appendSorted(to: &names, &ranges)
    } else {
      others += top.pictures.strings
    }
    for name in top.folders {
      let listing = try FolderListing(path: "\(path)/\(name)")
      others += (listing.folders.map { "\($0)/" } + listing.others).map { "\(name)/\($0)" }
      if listing.pictures.count == 0 { empty.append(name) }
      listing.pictures.appendSorted(to: &names, &ranges)
      starts.append(ranges.count)
    }
    guard empty.isEmpty else { throw .emptyClasses(path: path, names: empty) }
    self.path = path
    self.names = names
    self.ranges = ranges
    self.starts = starts
    self.others = others.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    classNames = top.folders
  }

  /// The number of pictures.
  package var count: Int { ranges.count }

  /// The pictures of a class.
  ///
  /// - Precondition: `label` is an index of `classNames`.
  package func indices(ofClass label: Int) -> Range<Int> {
    precondition(classNames.indices.contains(label))
    return starts[label]..<starts[label + 1]
  }

  /// The path of each picture, made when it is asked for.
  package var paths: Paths { Paths(folder: self) }

  /// The label of each picture: the index of its class in `classNames`. Nil where there are no classes.
  package var labels: [Int]? {
    if classNames.isEmpty { return nil }
    return classNames.indices.flatMap { repeatElement($0, count: indices(ofClass: $0).count) }
  }

  package func path(at index: Int) -> String {
    let name = String(decoding: names[ranges[index]], as: UTF8.self)
    return classNames.isEmpty ? "\(path)/\(name)" : "\(path)/\(classNames[label(at: index)])/\(name)"
  }

  /// The label of a picture in a folder of classes.
  ///
  /// Cost: log₂ of the number of classes.
  ///
  /// - Precondition: there are classes.
  package func label(at index: Int) -> Int {
    precondition(!classNames.isEmpty && ranges.indices.contains(index))
    var candidates = classNames.indices
    while candidates.count > 1 {
      let middle = candidates.lowerBound + candidates.count / 2
      candidates = starts[middle] <= index ? middle..<candidates.upperBound : candidates.lowerBound..<middle
    }
    return candidates.lowerBound
  }
}
