extension PreTokenizer {
  /// How often a text is gone through.
  var stepCount: Int {
    if case .sequence(let steps) = self { steps.reduce(0) { $0 + $1.stepCount } } else { 1 }
  }

  /// How many of the steps replace characters by those of their bytes, which doubles a text.
  var byteLevelCount: Int {
    switch self {
    case .split: 0
    case .byteLevel: 1
    case .sequence(let steps): steps.reduce(0) { $0 + $1.byteLevelCount }
    }
  }

  /// Whether a text gets a space before it.
  var addsPrefixSpace: Bool {
    switch self {
    case .split: false
    case .byteLevel(let addsPrefixSpace, _): addsPrefixSpace
    case .sequence(let steps): steps.contains(where: \.addsPrefixSpace)
    }
  }
}
