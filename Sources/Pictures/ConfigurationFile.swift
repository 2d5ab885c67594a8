import Foundation

/// A file of settings in JSON.
protocol ConfigurationFile: Decodable {
  /// What the value of a key must be; nil for a key that is not read.
  static func form(of key: String) -> String?
}

extension ConfigurationFile {
  /// - Parameter path: the file, for messages.
  /// - Throws: `PictureError` where it is not a JSON object, or a value has the wrong form.
  static func read(_ json: Data, path: String) throws(PictureError) -> Self {
    do {
      return try JSONDecoder().decode(Self.self, from: json)
    } catch DecodingError.typeMismatch(_, let context), DecodingError.dataCorrupted(let context),
      DecodingError.valueNotFound(_, let context)
    {
      let keys = context.codingPath.prefix { $0.intValue == nil }.map(\.stringValue)
      guard let form = keys.last.flatMap({ Self.form(of: $0) }) else {
        throw .badConfiguration(path: path, reason: "is not a JSON object")
      }
      throw .badSetting(path: path, key: keys.joined(separator: "."), reason: "must be \(form)")
    } catch {
      throw .badConfiguration(path: path, reason: "is not a JSON object")
    }
  }
}
