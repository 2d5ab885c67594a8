import Testing

@testable import Tokenizers

@Suite struct SpecialTokenTemplateTests {
  @Test func bert() {
    let template = SpecialTokenTemplate.bert(classID: 8, separatorID: 9)
    #expect(template.fill([1, 2], nil) == Encoding(ids: [8, 1, 2, 9], types: [0, 0, 0, 0]))
    #expect(template.fill([1], [2, 3]) == Encoding(ids: [8, 1, 9, 2, 3, 9], types: [0, 0, 0, 1, 1, 1]))
    #expect(template.specialCount(isPair: false) == 2 && template.specialCount(isPair: true) == 3)
  }

  @Test func roberta() {
    let template = SpecialTokenTemplate.roberta(classID: 8, separatorID: 9)
    #expect(template.fill([1], [2]) == Encoding(ids: [8, 1, 9, 9, 2, 9], types: [0, 0, 0, 0, 0, 0]))
    #expect(template.specialCount(isPair: true) == 4)
  }

  @Test(
    arguments: [
      ([.first(type: 0)], [.first(type: 0), .second(type: 1)], nil),
      ([.first(type: 0)], [.second(type: 1), .special([8, 9], type: 0), .first(type: 0)], nil),
      ([], [.first(type: 0), .second(type: 1)], "a single text does not have the place of one text A"),
      (
        [.first(type: 0), .first(type: 0)], [.first(type: 0), .second(type: 1)],
        "a single text does not have the place of one text A"
      ),
      (
        [.first(type: 0), .second(type: 0)], [.first(type: 0), .second(type: 1)],
        "a single text does not have the place of one text A"
      ),
      ([.first(type: 0)], [.first(type: 0)], "a pair does not have the places of a text A and a text B"),
      (
        [.first(type: 0)], [.first(type: 0), .second(type: 1), .second(type: 1)],
        "a pair does not have the places of a text A and a text B"
      ),
      ([.first(type: 2)], [.first(type: 0), .second(type: 1)], "the type 2 is neither 0 nor 1"),
      (
        [.first(type: 0)], [.first(type: 0), .special([1], type: 7), .second(type: 1)],
        "the type 7 is neither 0 nor 1"
      ),
      ([.special([10], type: 0), .first(type: 0)], [.first(type: 0), .second(type: 1)], "no token has the id 10"),
      (
        [.first(type: 0)], [.special(Array(repeating: 1, count: 17), type: 0), .first(type: 0), .second(type: 1)],
        "has more than 16 special tokens"
      ),
    ] as [([SpecialTokenTemplate.Part], [SpecialTokenTemplate.Part], String?)])
  func templatesThatFitNoTextAreTold(
    single: [SpecialTokenTemplate.Part], pair: [SpecialTokenTemplate.Part], problem: String?
  ) {
    #expect(SpecialTokenTemplate(single: single, pair: pair).problem(vocabularyCount: 10) == problem)
  }

  @Test func plain() {
    #expect(SpecialTokenTemplate.plain.fill([1], [2]) == Encoding(ids: [1, 2], types: [0, 1]))
    #expect(SpecialTokenTemplate.plain.fill([], nil) == Encoding(ids: [], types: []))
  }
}
