/// Changes a text before it is cut into pieces.
indirect enum Normalizer: Sendable {
  case bert(BertNormalizer)
  case form(NormalForm)
  case lowercase
  case stripAccents
  /// Each match of the pattern becomes the text.
  case replace(Pattern, with: [Unicode.Scalar])
  /// Puts a text before one that is not empty.
  case prepend([Unicode.Scalar])
  case sequence([Normalizer])

  func normalize(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    switch self {
    case .bert(let normalizer): return normalizer.normalize(scalars)
    case .form(let form): return form.normalize(scalars)
    case .lowercase: return Self.lowercase(scalars)
    case .stripAccents: return scalars.filter { !Accents.isAccent($0) }
    case .replace(let pattern, let replacement): return Self.replace(pattern, with: replacement, in: scalars)
    case .prepend(let prefix): return scalars.isEmpty ? [] : prefix + scalars
    case .sequence(let steps): return steps.reduce(scalars) { $1.normalize($0) }
    }
  }

  /// Each scalar by itself: a Σ at the end of a word becomes σ, not ς.
  static func lowercase(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(scalars.count)
    for scalar in scalars {
      if scalar.isASCII {
        let isUppercase = ("A"..."Z").contains(scalar)
        result.append(isUppercase ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar)
      } else {
        result += scalar.properties.lowercaseMapping.unicodeScalars
      }
    }
    return result
  }

  private static func replace(
    _ pattern: Pattern, with replacement: [Unicode.Scalar], in scalars: [Unicode.Scalar]
  ) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var end = 0
    for match in pattern.matches(in: scalars, 0..<scalars.count) {
      result += scalars[end..<match.lowerBound]
      result += replacement
      end = match.upperBound
    }
    return result + scalars[end...]
  }
}
