extension SpecialTokenTemplate {
  /// `[CLS] A [SEP]` and `[CLS] A [SEP] B [SEP]`, of type 1 from B on.
  static func bert(classID: Int32, separatorID: Int32) -> SpecialTokenTemplate {
    SpecialTokenTemplate(
      single: [.special([classID], type: 0), .first(type: 0), .special([separatorID], type: 0)],
      pair: [
        .special([classID], type: 0), .first(type: 0), .special([separatorID], type: 0), .second(type: 1),
        .special([separatorID], type: 1),
      ])
  }

  /// `<s> A </s>` and `<s> A </s></s> B </s>`, all of type 0.
  static func roberta(classID: Int32, separatorID: Int32) -> SpecialTokenTemplate {
    SpecialTokenTemplate(
      single: [.special([classID], type: 0), .first(type: 0), .special([separatorID], type: 0)],
      pair: [
        .special([classID], type: 0), .first(type: 0), .special([separatorID, separatorID], type: 0),
        .second(type: 0), .special([separatorID], type: 0),
      ])
  }

  /// Each text after the token that begins texts, the second of type 1.
  static func beginning(with id: Int32) -> SpecialTokenTemplate {
    SpecialTokenTemplate(
      single: [.special([id], type: 0), .first(type: 0)],
      pair: [.special([id], type: 0), .first(type: 0), .special([id], type: 1), .second(type: 1)])
  }
}
