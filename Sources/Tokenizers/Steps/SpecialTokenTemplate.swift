/// Where the special tokens go, and of which type each token is.
struct SpecialTokenTemplate: Equatable, Sendable {
  enum Part: Equatable, Sendable {
    case special([Int32], type: Int32)
    case first(type: Int32)
    case second(type: Int32)
  }

  let single: [Part]
  let pair: [Part]

  /// One text after the other and no special token, types 0 and 1.
  static let plain = SpecialTokenTemplate(single: [.first(type: 0)], pair: [.first(type: 0), .second(type: 1)])

  /// The number of special tokens that come with a text or a pair.
  func specialCount(isPair: Bool) -> Int {
    (isPair ? pair : single).reduce(0) { count, part in
      if case .special(let ids, _) = part { count + ids.count } else { count }
    }
  }

  /// Why no text should be put into this template.
  ///
  /// - Parameter vocabularyCount: one more than the largest id of a token.
  /// - Returns: nil where nothing is wrong.
  func problem(vocabularyCount: Int) -> String? {
    guard single.texts == [0] else { return "a single text does not have the place of one text A" }
    guard pair.texts.sorted() == [0, 1] else { return "a pair does not have the places of a text A and a text B" }
    for part in single + pair {
      guard (0...1).contains(part.type) else { return "the type \(part.type) is neither 0 nor 1" }
    }
    for isPair in [false, true] where specialCount(isPair: isPair) > Self.mostSpecialTokens {
      return "has more than \(Self.mostSpecialTokens) special tokens"
    }
    for case .special(let ids, _) in single + pair {
      for id in ids where Int(id) >= vocabularyCount { return "no token has the id \(id)" }
    }
    return nil
  }

  /// How many special tokens a text or a pair may get: RoBERTa's pairs get four.
  static let mostSpecialTokens = 16

  func fill(_ first: [Int32], _ second: [Int32]?) -> Encoding {
    var ids: [Int32] = []
    var types: [Int32] = []
    for part in second == nil ? single : pair {
      let (partIDs, type) =
        switch part {
        case .special(let special, let type): (special, type)
        case .first(let type): (first, type)
        case .second(let type): (second ?? [], type)
        }
      ids += partIDs
      types += repeatElement(type, count: partIDs.count)
    }
    return Encoding(ids: ids, types: types)
  }
}

extension SpecialTokenTemplate.Part {
  fileprivate var type: Int32 {
    switch self {
    case .special(_, let type), .first(let type), .second(let type): type
    }
  }
}

extension [SpecialTokenTemplate.Part] {
  /// The texts in their order: 0 for the first, 1 for the second.
  fileprivate var texts: [Int] {
    compactMap { part in
      switch part {
      case .special: nil
      case .first: 0
      case .second: 1
      }
    }
  }
}
