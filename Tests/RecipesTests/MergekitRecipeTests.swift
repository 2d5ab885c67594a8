import Merging
import Testing

@testable import Recipes

@Suite struct MergekitRecipeTests {
  private func read(_ text: String) throws(RecipeError) -> Recipe {
    try Recipe(text: text, path: "/recipes/config.yaml", isMergekit: true)
  }

  private func findings(_ text: String) -> [String] {
    do {
      _ = try read(text)
      return []
    } catch {
      return error.findings.map(\.description)
    }
  }

  @Test func linearIsAMeanUnlessToldOtherwise() throws {
    let text = """
      models:
        - model: a
          parameters: {weight: 0.25}
        - model: b
          parameters: {weight: 0.5}
      merge_method: linear
      dtype: float32
      """
    let recipe = try read(text)
    #expect(recipe.mergeMethod == .linear)
    // mergekit wants no base here; ours is the first model, whose tensors and configuration the result has.
    #expect(recipe.baseModel == "/recipes/a")
    #expect(recipe.models.map(\.model) == ["/recipes/a", "/recipes/b"])
    #expect(recipe.models.map(\.weight) == [0.25, 0.5])
    #expect(recipe.request.statics?.normalizes == true)
    #expect(recipe.request.outputType == .float32)
    let sum = try read(text + "\nparameters:\n  normalize: false\n")
    #expect(sum.request.statics?.normalizes == false)
  }

  @Test func taskArithmeticMergesAllTensors() throws {
    let recipe = try read(
      """
      merge_method: task_arithmetic
      base_model: base
      models:
        - model: base
        - model: one/tuned
        - model: two/tuned
          parameters: {weight: 0.7}
      parameters: {weight: 0.4, lambda: 0.9, int8_mask: true}
      """)
    #expect(recipe.mergeMethod == .taskArithmetic)
    // The base's own entry is nothing; a folder's name may come twice.
    #expect(recipe.models.map(\.task) == ["tuned", "tuned-2"])
    #expect(recipe.models.map(\.weight) == [0.4, 0.7])
    let request = recipe.request
    #expect(request.statics?.mergeCoefficient == 1)
    #expect(request.statics?.lambda == 0.9)
    #expect(request.statics?.normalizes == false)
    #expect(request.roles.scaled == [".*"])
    #expect(request.outputType == .base)
    // As run it is a recipe of our own.
    #expect(try Recipe(text: recipe.yaml(), path: "/recipes/config.yaml") == recipe)
  }

  @Test func whatIsNotRunIsNamed() {
    #expect(
      findings(
        """
        merge_method: slerp
        base_model: base
        slices: []
        tokenizer_source: union
        modles: []
        parameters: {weight: [0, 1], t: 0.5}
        models:
          - model: a
            parameters: {weight: {filter: mlp}}
          - parameters: {weight: 1}
        """) == [
          "/recipes/config.yaml:1:15: of mergekit's methods this program runs linear and task_arithmetic as mergekit does, "
            + "not 'slerp'; it has methods of its own for recipes of its own",
          "/recipes/config.yaml:3:1: this program does not run mergekit's 'slices'",
          "/recipes/config.yaml:4:1: this program does not run mergekit's 'tokenizer_source'",
          "/recipes/config.yaml:5:1: unknown key 'modles'; did you mean 'models'? "
            + "(mergekit has merge_method, base_model, models, parameters, dtype, out_dtype, name)",
          "/recipes/config.yaml:6:22: this program takes one value for weight, not a list",
          "/recipes/config.yaml:6:30: unknown key 't' under parameters; "
            + "these methods have weight, normalize, lambda, int8_mask",
          "/recipes/config.yaml:9:26: this program takes one value for weight, not a mapping",
          "/recipes/config.yaml:10:5: model is missing in a models entry",
        ])
    #expect(
      findings("merge_method: linear\nmodels: [{model: a}]")
        == ["/recipes/config.yaml:2:10: weight is missing for a model, here or under parameters"])
  }
}
