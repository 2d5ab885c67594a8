import Merging
import Testing

@testable import Recipes

@Suite struct InputsTests {
  private func text(_ model: String) -> String {
    "merge_method: average\nbase_model: base\nmodels:\n  - {model: a, \(model)}"
  }

  @Test func keysOfInputsAreReadAndWritten() throws {
    let recipe = try recipe(
      text(
        "classes: ['a \"b\"', c], templates: ['{}!'], text: [x, y], label: z, evaluate: t.tsv, metric: f1"))
    let model = recipe.models[0]
    #expect(model.prompts == ClassPrompts(classes: ["a \"b\"", "c"], templates: ["{}!"]))
    #expect(model.columns == TextColumns(texts: ["x", "y"], label: "z"))
    #expect(model.metric == .f1)
    #expect(try Recipe(text: recipe.yaml(), path: recipe.path) == recipe)
  }

  /// As editors on Windows write them.
  @Test func linesOfAFileAreNames() throws {
    for names in ["cat\ndog é\n", "\u{FEFF}cat\r\ndog é\r\n\r\n", "cat\ndog é"] {
      try withFolder(["recipe.yaml": text("classes: names.txt"), "names.txt": names]) { folder in
        let recipe = try Recipe.read(path: "\(folder)/recipe.yaml")
        #expect(recipe.models[0].prompts?.classes == ["cat", "dog é"])
        #expect(try Recipe(text: recipe.yaml(), path: recipe.path) == recipe)
      }
    }
    for (names, message) in [
      ("cat\n\ndog", "line 2 of the file of classes is empty"),
      ("cat\nd\u{0}g", "line 2 of the file of classes holds a NUL character, or begins with a byte-order mark"),
      ("cat\n\u{FEFF}dog", "line 2 of the file of classes holds a NUL character, or begins with a byte-order mark"),
      ("cat\r\n", "classes must name at least two classes, got 1"),
    ] {
      try withFolder(["recipe.yaml": text("classes: names.txt"), "names.txt": names]) { folder in
        let error = #expect(throws: RecipeError.self) { try Recipe.read(path: "\(folder)/recipe.yaml") }
        #expect(error?.findings.map(\.message) == [message])
      }
    }
  }

  @Test func oneColumnNeedsNoList() throws {
    let model = try recipe(text("text: x")).models[0]
    #expect(model.columns == TextColumns(texts: ["x"]))
    #expect(model.prompts == nil && model.metric == nil)
  }

  @Test func classesHaveATemplateByDefault() throws {
    #expect(try recipe(text("classes: [a, b]")).models[0].prompts?.templates == ["a photo of a {}."])
  }

  @Test func wrongKeysAreFound() {
    #expect(
      findings(text("text: [a, b, c]")) == ["recipe.yaml:4:22: text must name one column, or two for pairs, got 3"])
    #expect(
      findings(text("metric: f2, evaluate: x"))
        == ["recipe.yaml:4:24: unknown value 'f2' for metric; did you mean 'f1'? (this version has matthews, f1)"])
    #expect(
      findings(text("metric: f1"))
        == ["recipe.yaml:4:16: metric is measured on labelled inputs: evaluate is missing"])
    #expect(findings(text("classes: [a, [b]]")).count == 1)
    #expect(
      findings(text("classes: [a, b], templates: []")) == [
        "recipe.yaml:4:44: templates must hold at least one sentence"
      ])
  }
}
