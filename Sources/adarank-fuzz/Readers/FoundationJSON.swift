import Foundation

/// JSON by another way than the program's own reader.
enum FoundationJSON {
  /// The object of a text; nil where it is none, or holds a number that no `Double` is.
  ///
  /// - Throws: `Violation` where it is neither.
  static func object(_ text: some Sequence<UInt8>) throws(Violation) -> [String: Any]? {
    let data = Data(text)
    if let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] { return object }
    let isBeyond = String(decoding: data, as: UTF8.self).contains(/[eE][-+]?[0-9]{3}|[0-9]{300}/)
    guard isBeyond else { throw Violation("a text that is no JSON object was read") }
    return nil
  }
}
