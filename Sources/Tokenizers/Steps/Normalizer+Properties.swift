extension Normalizer {
  /// How often a text is gone through.
  var stepCount: Int {
    if case .sequence(let steps) = self { steps.reduce(0) { $0 + $1.stepCount } } else { 1 }
  }

  /// Whether letters become small.
  var lowercases: Bool {
    switch self {
    case .bert(let normalizer): normalizer.lowercases
    case .lowercase: true
    case .sequence(let steps): steps.contains(where: \.lowercases)
    case .form, .stripAccents, .replace, .prepend: false
    }
  }

  /// Whether letters lose their accents.
  var stripsAccents: Bool {
    switch self {
    case .bert(let normalizer): normalizer.stripsAccents
    case .stripAccents: true
    case .sequence(let steps): steps.contains(where: \.stripsAccents)
    case .form, .lowercase, .replace, .prepend: false
    }
  }

  /// Whether CJK ideographs get spaces around them.
  var isolatesIdeographs: Bool {
    switch self {
    case .bert(let normalizer): normalizer.isolatesIdeographs
    case .sequence(let steps): steps.contains(where: \.isolatesIdeographs)
    case .form, .lowercase, .stripAccents, .replace, .prepend: false
    }
  }
}
