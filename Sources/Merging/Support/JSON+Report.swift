import Foundation

extension JSONEncoder {
  /// Writes reports: snake-case keys in order, for people too.
  package static var report: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return encoder
  }
}

extension JSONDecoder {
  /// Reads what `JSONEncoder.report` writes.
  package static var report: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }
}
