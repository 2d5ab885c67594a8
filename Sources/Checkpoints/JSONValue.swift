/// A value of a JSON text, with an object's members in their order.
package enum JSONValue: Equatable, Sendable {
  /// One name and its value. No two members of an object have names of the same bytes.
  package struct Member: Equatable, Sendable {
    package let name: String
    package let value: JSONValue
  }

  case object([Member])
  case array([JSONValue])
  case string(String)
  /// A number without fraction and exponent that fits `Int`.
  case integer(Int)
  /// Any other number.
  case decimal(Double)
  case boolean(Bool)
  case null

  /// The member of that name, where this is an object that has one.
  subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// A name that two members of one object share as `String` compares, of this value or of one in it.
  package var sharedName: String? {
    switch self {
    case .object(let members):
      var names: Set<String> = []
      for member in members {
        guard names.insert(member.name).inserted else { return member.name }
        if let name = member.value.sharedName { return name }
      }
      return nil
    case .array(let elements): return elements.lazy.compactMap(\.sharedName).first
    default: return nil
    }
  }

  /// The integers of an array of none but non-negative integers, otherwise nil.
  var nonNegativeIntegers: [Int]? {
    guard case .array(let values) = self else { return nil }
    var integers: [Int] = []
    for value in values {
      guard case .integer(let integer) = value, integer >= 0 else { return nil }
      integers.append(integer)
    }
    return integers
  }
}
