/// The size of a picture in a file of settings, in pixels.
enum ConfiguredSize: Decodable {
  case number(Int)
  /// A list.
  case pair(height: Int, width: Int)
  /// An object.
  case edges([String: Int])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Int.self) {
      self = .number(number)
    } else if let edges = try? container.decode([String: Int?].self) {
      self = .edges(edges.compactMapValues(\.self))
    } else {
      let list = try container.decode([Int].self)
      guard list.count == 2 else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "not two numbers")
      }
      self = .pair(height: list[0], width: list[1])
    }
  }

  /// Height and width; nil where it says something else.
  var sides: (height: Int, width: Int)? {
    switch self {
    case .number: return nil
    case .pair(let height, let width): return (height, width)
    case .edges(let edges):
      guard edges.count == 2, let height = edges["height"], let width = edges["width"] else { return nil }
      return (height, width)
    }
  }
}

/// No two sides of the longest length make a picture beyond the limit.
func checkLength(_ length: Int, key: String, path: String) throws(PictureError) -> Int {
  let longest = 9459
  guard (1...longest).contains(length) else {
    throw .badSetting(path: path, key: key, reason: "is \(length), not 1 to \(longest) pixels")
  }
  return length
}
