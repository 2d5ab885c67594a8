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
