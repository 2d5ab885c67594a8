/// The category of a scalar and since when it has one.
struct ScalarProperties: Sendable {
  /// As a set of one.
  let category: CategorySet
  /// The major version of Unicode that assigned the scalar; `UInt8.max` where none has.
  let version: UInt8

  /// The category that the scalar had in a version of Unicode, unless a later one changed it.
  ///
  /// Tokenizers are defined by what their library's tables say, and these tables are of several ages.
  func category(asOf version: UInt8) -> CategorySet {
    self.version <= version ? category : .unassigned
  }

  init(of scalar: Unicode.Scalar) {
    self = Int(scalar.value) < Self.table.count ? Self.table[Int(scalar.value)] : Self(lookingUp: scalar)
  }

  private init(lookingUp scalar: Unicode.Scalar) {
    category = CategorySet(scalar.properties.generalCategory)
    version = scalar.properties.age.map { UInt8(clamping: $0.major) } ?? .max
  }

  /// The alphabets, whose texts are long in characters; a look-up in the standard library takes several
  /// times as long.
  private static let table = (0..<0x3000).map { ScalarProperties(lookingUp: Unicode.Scalar($0)!) }
}
