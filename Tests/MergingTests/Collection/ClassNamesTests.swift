import Testing

@testable import Merging

@Suite struct ClassNamesTests {
  @Test func aNameOrANumberMeansAClass() {
    let names = ClassNames(["yes": 1, "no": 0])
    #expect(names.number(of: "yes") == 1 && names.number(of: "0") == 0 && names.number(of: "7") == 7)
    #expect(names.number(of: "maybe") == nil)
    #expect(names.refusal == "no whole number, nor one of the model's 'no', 'yes'")
    #expect(ClassNames([:]).number(of: "3") == 3)
    #expect(ClassNames([:]).refusal == "no whole number; the model's config.json has no label2id")
  }

  @Test("Where a name is another class's number the name counts, and numbers mean nothing")
  func namesThatAreNumbers() {
    let stars = ClassNames(["1": 0, "2": 1, "3": 2])
    #expect(stars.areOtherNumbers)
    #expect(["1", "2", "3"].map(stars.number) == [0, 1, 2])
    #expect(stars.number(of: "0") == nil)
    #expect(stars.refusal == "none of the names of the model's classes, '1', '2', '3', which are numbers themselves")
    let signs = ClassNames(["-1": 0, "1": 1])
    #expect(signs.number(of: "-1") == 0 && signs.number(of: "1") == 1 && signs.number(of: "0") == nil)
    // Names that are their own numbers leave no doubt.
    let plain = ClassNames(["0": 0, "1": 1])
    #expect(!plain.areOtherNumbers && plain.number(of: "1") == 1 && plain.number(of: "2") == 2)
  }
}
