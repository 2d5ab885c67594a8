extension PictureFolder {
  /// Decodes a picture and prepares it for a model that takes pictures of one size.
  ///
  /// - Throws: `PictureError`, which names the file, where it cannot be decoded or prepared, or the prepared picture does
  ///   not have that width and height.
  package func prepare(
    at index: Int, with preprocessing: PicturePreprocessing, width: Int, height: Int
  ) throws(PictureError) -> Picture {
    let path = path(at: index)
    let prepared = try preprocessing.prepare(try Picture(contentsOf: path), path: path)
    guard prepared.width == width, prepared.height == height else {
      throw .wrongPreparedSize(path: path, size: [prepared.width, prepared.height], expected: [width, height])
    }
    return prepared
  }
}
