import Testing

@testable import Recipes

@Suite struct NearestKeyTests {
  @Test(arguments: [
    ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("same", "same", 0), ("Same", "sAME", 0), ("kitten", "sitting", 3),
    ("steps", "stpes", 1), ("steps", "stepz", 1), ("steps", "step", 1), ("ca", "abc", 3),
  ])
  func distances(first: String, second: String, distance: Int) {
    #expect(editDistance(first, second) == distance)
    #expect(editDistance(second, first) == distance)
  }

  @Test func nearIsAThirdOfTheLettersButAtLeastOne() {
    #expect(nearest(to: "stepz", among: ["steps"]) == "steps")
    #expect(nearest(to: "stezz", among: ["steps"]) == nil)
    #expect(nearest(to: "tmperatrue", among: ["temperature"]) == "temperature")
    #expect(nearest(to: "ab", among: ["ax"]) == "ax")
    #expect(nearest(to: "car", among: ["cat", "cart", "car_t"]) == "cat")
    #expect(nearest(to: String(repeating: "x", count: 1_000_000), among: ["steps"]) == nil)
    #expect(nearest(to: "a", among: []) == nil)
  }

  @Test func knownWordsAreListedWhereTheyAreFewOrNoneIsNear() {
    let many = (1...9).map { "word\($0)word" }
    #expect(suggestion(for: "mask", among: ["masks", "b"]) == "; did you mean 'masks'? (this version has masks, b)")
    #expect(suggestion(for: "mask", among: [], owner: "it uses") == "; it uses none")
    #expect(suggestion(for: "word1wrod", among: many) == "; did you mean 'word1word'?")
    #expect(suggestion(for: "x", among: many, owner: "it has") == "; it has \(many.joined(separator: ", "))")
  }
}
