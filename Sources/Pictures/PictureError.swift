/// What can be wrong with a picture, a folder of pictures or the settings of their preparation.
package enum PictureError: Error, Equatable, Sendable {
  // A picture's file

  /// A system call failed.
  ///
  /// - Parameter attempt: what it was to do, as in "could not ATTEMPT".
  /// - Parameter code: its errno.
  case system(path: String, attempt: String, code: Int32)
  case notARegularFile(path: String)
  case empty(path: String)
  case tooManyBytes(path: String, byteCount: Int)
  /// - Parameter type: what the first bytes say it is, with its article; nil where they say nothing.
  case neitherPNGNorJPEG(path: String, type: String?)
  case cutOff(path: String, format: PictureFormat)
  case damaged(path: String, format: PictureFormat, reason: String)
  /// A kind of PNG or JPEG that is not read.
  ///
  /// - Parameter kind: what it is, with its article.
  case unsupported(path: String, kind: String)
  case tooManyPixels(path: String, width: Int, height: Int)
  /// - Parameter limit: the longest side that the format's library decodes.
  case sideTooLong(path: String, width: Int, height: Int, limit: Int)

  // A folder of pictures

  /// Neither pictures nor folders lie in it.
  case noPictures(path: String)
  case emptyClasses(path: String, names: [String])

  // Preparation

  /// - Parameter reason: as in "FILE REASON".
  case badConfiguration(path: String, reason: String)
  /// - Parameter reason: as in "KEY REASON".
  case badSetting(path: String, key: String, reason: String)
  /// Resized, a picture of an extreme shape would exceed the limit of pixels.
  ///
  /// - Parameter from: its width and height.
  /// - Parameter to: those it would get.
  case resizedTooLarge(path: String, from: [Int], to: [Int])
  /// - Parameter size: the width and height of the prepared picture.
  /// - Parameter expected: those that it must have.
  case wrongPreparedSize(path: String, size: [Int], expected: [Int])
}
