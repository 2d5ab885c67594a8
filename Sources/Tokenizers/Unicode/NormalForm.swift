import Foundation

/// One of Unicode's four normalisation forms, as of the version of Unicode that tokenizers use.
enum NormalForm: String, Sendable {
  case composed = "NFC"
  case decomposed = "NFD"
  case compatiblyComposed = "NFKC"
  case compatiblyDecomposed = "NFKD"

  /// The version of Unicode. What was assigned later stays as it is, as an unassigned character does.
  static let version: UInt8 = 9

  /// All scalars below this one are their own normal form, in any combination.
  private var firstAffected: UInt32 {
    switch self {
    case .composed: 0x300
    case .decomposed: 0xC0
    case .compatiblyComposed, .compatiblyDecomposed: 0xA0
    }
  }

  func normalize(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    guard scalars.contains(where: { $0.value >= firstAffected }) else { return scalars }
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(scalars.count)
    var run = String.UnicodeScalarView()
    for scalar in scalars {
      if ScalarProperties(of: scalar).version <= Self.version {
        run.append(scalar)
      } else {
        result += normalize(String(run))
        run = String.UnicodeScalarView()
        result.append(scalar)
      }
    }
    return result + normalize(String(run))
  }

  private func normalize(_ text: String) -> [Unicode.Scalar] {
    switch self {
    case .decomposed: Composition.order(text.decomposedStringWithCanonicalMapping)
    case .composed: Composition.compose(Composition.order(text.decomposedStringWithCanonicalMapping))
    case .compatiblyDecomposed: Composition.order(text.decomposedStringWithCompatibilityMapping)
    case .compatiblyComposed: Composition.compose(Composition.order(text.decomposedStringWithCompatibilityMapping))
    }
  }
}
