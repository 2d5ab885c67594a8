import Glibc

extension PictureError: CustomStringConvertible {
  /// What is wrong, where, and what to do about it, in one line.
  ///
  /// Control characters of paths are escaped, and names that come out of files are quoted.
  package var description: String { "\(escaped(path)): \(problem)" }

  /// The file or folder that it is about.
  private var path: String {
    switch self {
    case .system(let path, _, _), .notARegularFile(let path), .empty(let path), .tooManyBytes(let path, _),
      .neitherPNGNorJPEG(let path, _), .cutOff(let path, _), .damaged(let path, _, _), .unsupported(let path, _),
      .tooManyPixels(let path, _, _), .sideTooLong(let path, _, _, _), .noPictures(let path),
      .emptyClasses(let path, _), .badConfiguration(let path, _), .badSetting(let path, _, _),
      .resizedTooLarge(let path, _, _), .wrongPreparedSize(let path, _, _):
      path
    }
  }

  private var problem: String {
    switch self {
    case .system(_, let attempt, let code):
      return "could not \(attempt): \(String(cString: strerror(code)))"
    case .notARegularFile:
      return "is not a regular file"
    case .empty:
      return "is empty"
    case .tooManyBytes(_, let byteCount):
      return "has \(byteCount) bytes, but at most \(PictureFile.maximumCount) are read"
    case .neitherPNGNorJPEG(_, let type?):
      return "is \(type), not a PNG or JPEG file"
    case .neitherPNGNorJPEG(_, nil):
      return "is neither a PNG nor a JPEG file"
    case .cutOff(_, let format):
      return "the \(format.rawValue) file ends before the picture does; it is cut off: copy or download it again"
    case .damaged(_, let format, let reason):
      return "the \(format.rawValue) file is damaged: \(reason)"
    case .unsupported(_, let kind):
      return "is \(kind), which this program does not read; convert it to an 8-bit RGB PNG or JPEG file"
    case .tooManyPixels(_, let width, let height):
      return "has \(width) × \(height) pixels, but at most \(Picture.maximumPixelCount) are read"
    case .sideTooLong(_, let width, let height, let limit):
      return "has \(width) × \(height) pixels, but a side may have at most \(limit)"

    case .noPictures:
      return "holds neither pictures nor folders; name a folder with .png, .jpg or .jpeg files, or one with a folder"
        + " of them for each class, named like it"
    case .emptyClasses(_, let names):
      let list = names.map { String(reflecting: $0) }.joined(separator: ", ")
      return "no .png, .jpg or .jpeg file in the folder of \(names.count == 1 ? "class" : "classes") \(list)"

    case .badConfiguration(_, let reason):
      return reason
    case .badSetting(_, let key, let reason):
      return "\(key) \(reason)"
    case .resizedTooLarge(_, let from, let to):
      return "has \(from[0]) × \(from[1]) pixels, and resized it would have \(to[0]) × \(to[1]), but at most"
        + " \(Picture.maximumPixelCount) are allowed"
    case .wrongPreparedSize(_, let size, let expected):
      return "has \(size[0]) × \(size[1]) pixels when it is prepared, but the model takes \(expected[0]) ×"
        + " \(expected[1]); the settings of its preparation are another model's, or leave pictures their size"
    }
  }

  /// A path that stays on its line, and tells the terminal nothing.
  private func escaped(_ path: String) -> String {
    path.unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: text += scalar.escaped(asASCII: true)
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
