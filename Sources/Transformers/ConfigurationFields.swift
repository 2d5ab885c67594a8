import Foundation

/// The members of a JSON object, with errors that name them.
struct ConfigurationFields {
  private let members: [String: Any]
  let fileName: String

  init(_ members: [String: Any], fileName: String) {
    self.members = members
    self.fileName = fileName
  }

  /// - Throws: `ConfigurationError` where the text is no JSON object.
  init(json: Data, fileName: String) throws(ConfigurationError) {
    let whole: Any
    do { whole = try JSONSerialization.jsonObject(with: json) } catch {
      throw ConfigurationError("\(fileName) is not valid JSON")
    }
    guard let object = whole as? [String: Any] else {
      throw ConfigurationError("\(fileName) does not hold a JSON object")
    }
    self.init(object, fileName: fileName)
  }

  func value(_ key: String) -> Any? { members[key].flatMap { $0 is NSNull ? nil : $0 } }

  /// Whether a key has a value other than null, false and 'tok', OpenCLIP's word for the class token.
  func isSet(_ key: String) -> Bool {
    guard let value = value(key) else { return false }
    return value as? Bool != false && value as? String != "tok"
  }

  func object(_ key: String, orEmpty: Bool = false) throws(ConfigurationError) -> ConfigurationFields {
    guard let value = value(key) else {
      if orEmpty { return ConfigurationFields([:], fileName: fileName) }
      throw ConfigurationError("\(fileName) has no \(key)")
    }
    guard let object = value as? [String: Any] else {
      throw ConfigurationError("\(fileName): \(key) is not a JSON object")
    }
    return ConfigurationFields(object, fileName: fileName)
  }

  func number(_ key: String, default fallback: Double) throws(ConfigurationError) -> Double {
    guard let value = value(key) else { return fallback }
    guard let number = value as? Double, number.isFinite else {
      throw ConfigurationError("\(fileName): \(key) is not a number")
    }
    return number
  }

  func integer(_ key: String, default fallback: Int?) throws(ConfigurationError) -> Int {
    guard var value = value(key) else {
      guard let fallback else { throw ConfigurationError("\(fileName) has no \(key)") }
      return fallback
    }
    // A size may be given for both sides.
    if let pair = value as? [Int], pair.count == 2, pair[0] == pair[1] { value = pair[0] }
    guard let number = value as? Int else {
      throw ConfigurationError("\(fileName): \(key) is not a whole number (both sides of an image must be equal)")
    }
    return number
  }

  func activation(_ key: String, default fallback: Activation) throws(ConfigurationError) -> Activation {
    guard let value = value(key) else { return fallback }
    guard let name = value as? String, let activation = Activation(rawValue: name) else {
      // What a collection holds has no order.
      let shown = value is [Any] || value is [String: Any] ? "no name" : "\(value)"
      throw ConfigurationError(
        "\(fileName): \(key) is \(shown); this program knows quick_gelu, gelu and gelu_new")
    }
    return activation
  }
}
