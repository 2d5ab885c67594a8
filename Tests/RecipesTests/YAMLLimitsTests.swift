import Testing

@testable import Recipes

@Suite struct YAMLLimitsTests {
  /// Each list is ten of the one before it: ten lines make ten thousand million values.
  private func laughs(_ levels: Int) -> String {
    (1...levels).map { level in
      let aliases = [String](repeating: "*l\(level - 1)", count: 10).joined(separator: ", ")
      return "l\(level): &l\(level) [\(aliases)]\n"
    }.joined()
  }

  @Test func aliasesOfAliasesAreAFinding() {
    let found = findings("l0: &l0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n" + laughs(9))
    #expect(
      found == [
        "recipe.yaml:5:30: aliases make far more values of this text than it has; write them out"
      ])
  }

  /// A key is compared with the other keys, whatever it is.
  @Test(arguments: [
    ("[a]: 1\n", "1:1", "a list"), ("? {a: 1}\n: 1\n", "1:3", "a mapping"),
    ("a: &x [1]\n*x : 1\n", "2:1", "an alias of one"), ("{{{}: 1}: 1}: 1", "1:1", "a mapping"),
  ])
  func keysAreTexts(text: String, place: String, found: String) {
    #expect(findings(text) == ["recipe.yaml:\(place): a key must be a single word or text, got \(found)"])
  }

  @Test func aliasesOfWordsAndListsAreRead() throws {
    let text = recipeText("adarank", "parameters:\n  steps: &n 3\n  batch_size: *n\n  masked: &m [a, b]\n  frozen: *m")
    #expect(
      try recipe(text)
        == recipe(
          text.replacing("&n ", with: "").replacing("*n", with: "3")
            .replacing("&m ", with: "").replacing("*m", with: "[a, b]")))
    #expect(findings("&k seed: 1\n*k : 2\n") == ["recipe.yaml:1:1: key 'seed' is given more than once"])
  }

  @Test func nestingIsBounded() {
    func nested(_ levels: Int) -> String {
      "seed: " + String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    }
    #expect(findings(nested(YAMLLimits.mostLevels - 1)).allSatisfy { !$0.contains("nested") })
    #expect(
      findings(nested(YAMLLimits.mostLevels)) == [
        "recipe.yaml:1:70: lists and mappings are nested deeper than 64 levels"
      ])
  }
}
