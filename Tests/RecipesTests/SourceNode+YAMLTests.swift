import Testing

@testable import Recipes

@Suite struct YAMLTests {
  @Test(arguments: [
    ("", "1:1: the recipe is empty"),
    ("# nothing\n\n", "1:1: the recipe is empty"),
    ("~", "1:1: the recipe is empty"),
    ("- a\n- b", "1:1: a recipe must be a mapping of keys to values, got a list"),
    ("\nhello", "2:1: a recipe must be a mapping of keys to values, got 'hello'"),
    ("seed: 1\nmodels:\n\t- model: a", "3:1: not valid YAML: a tab where only spaces may indent"),
    (
      "seed: 1\nmodels: [a",
      "3:1: not valid YAML: while parsing a flow sequence that begins in line 2, did not find expected ',' or ']'"
    ),
    ("a: b: c", "1:5: not valid YAML: mapping values are not allowed in this context"),
    ("seed: *other", "1:7: not valid YAML: found undefined alias"),
    ("seed: 1\n---\nseed: 2", "2:1: a second document begins here; only one is read"),
    ("dtype: base\nseed: \u{1}", "2:7: not valid YAML: control characters are not allowed"),
    ("parameters:\n  steps: 1\n  seed: 1\n  steps: 2", "2:3: key 'steps' is given more than once"),
    ("seed: 1\ndtype: base\nseed: 1\ndtype: base", "2:1: keys 'dtype', 'seed' are given more than once"),
    ("[a, b]: 1", "1:1: a key must be a single word or text, got a list"),
  ])
  func textThatIsNotARecipe(text: String, message: String) {
    #expect(findings(text) == ["recipe.yaml:\(message)"])
  }

  @Test func deepNestingIsAFindingAndNotACrash() {
    let found = findings("seed: " + String(repeating: "[", count: 100_000))
    #expect(found.count == 1)
    #expect(found.first?.contains("nested deeper than 64 levels") == true)
  }

  @Test func columnsCountUnicodeScalars() {
    #expect(
      findings(recipeText("tsv_m", "parameters: {frozen: ['é👍🏽', 'a(']}"))
        == ["recipe.yaml:9:30: 'a(' of frozen is not a regular expression: expected ')'"])
  }

  @Test func windowsLinesAndByteOrderMarksAreRead() throws {
    let text = recipeText("average", "seed: 4")
    #expect(try recipe("\u{FEFF}" + text.replacing("\n", with: "\r\n")) == recipe(text))
  }
}
