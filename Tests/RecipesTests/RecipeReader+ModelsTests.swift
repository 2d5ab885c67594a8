import Testing

@testable import Recipes

@Suite struct ModelsTests {
  private func text(_ models: String, method: String = "average") -> String {
    "merge_method: \(method)\nbase_model: base\nmodels:\n\(models)"
  }

  @Test func entriesMustBeMappings() {
    #expect(
      findings(text("  - tasks/alpha\n  - [a]\n  -")) == [
        "recipe.yaml:4:5: a models entry must be a mapping, got 'tasks/alpha'; write `model: tasks/alpha`",
        "recipe.yaml:5:5: a models entry must be a mapping, got a list; write `model: FOLDER`",
        "recipe.yaml:6:4: a models entry must be a mapping, got nothing; write `model: FOLDER`",
      ])
  }

  @Test func aModelMustBeNamed() {
    #expect(
      findings(text("  - task: alpha\n  - model: ''"))
        == [
          "recipe.yaml:4:5: model is missing in a models entry",
          "recipe.yaml:5:12: model must not be empty",
        ])
  }

  @Test(arguments: ["adarank", "adamerging"])
  func learningMethodsNeedInputsForEveryModel(method: String) {
    #expect(
      findings(text("  - model: a\n  - {model: b, adapt: x}\n  - {model: c, adapt: null}", method: method)) == [
        "recipe.yaml:4:5: \(method) learns on unlabelled inputs: adapt is missing for task 'a'",
        "recipe.yaml:6:5: \(method) learns on unlabelled inputs: adapt is missing for task 'c'",
      ])
  }

  @Test func weightsAreForStaticMethods() throws {
    let models = "  - model: a\n    adapt: x\n    parameters: {weight: -2}"
    #expect(try recipe(text(models)).models[0].weight == -2)
    #expect(
      findings(text(models, method: "adamerging")) == [
        "recipe.yaml:6:26: weight must be 1.0 with adamerging, got -2.0: "
          + "weights are for static methods, λ is learnt"
      ])
    #expect(
      findings(text("  - {model: a, parameters: {weight: .inf, wieght: 1}}")) == [
        "recipe.yaml:4:37: weight must be a finite number, got .inf",
        "recipe.yaml:4:43: unknown key 'wieght' under parameters of a models entry; did you mean 'weight'? "
          + "(this version has weight)",
      ])
  }

  @Test func aWeightFileBelongsToItsFolder() throws {
    let model = try recipe(text("  - model: tasks/alpha/model.safetensors")).models[0]
    #expect(model.model == "/data/tasks/alpha/model.safetensors")
    #expect(model.task == "alpha")
    #expect(model.head == "/data/tasks/alpha/head.safetensors")
    #expect(!model.headIsExplicit)
  }

  @Test func theAverageNeedsASumToDivideBy() throws {
    func models(_ weights: [String]) -> String {
      weights.enumerated().map { "  - {model: m\($0), parameters: {weight: \($1)}}" }.joined(separator: "\n")
    }
    for (weights, sum) in [(["1", "-1"], "0.0"), (["0"], "0.0"), (["1e-50"], "0.0"), (["3e38", "3e38"], "inf")] {
      #expect(
        findings(text(models(weights)))
          == ["recipe.yaml:4:3: the merge divides by the sum of the models' weights, which is \(sum)"])
    }
    #expect(findings(text(models(["1", "-1"]), method: "task_arithmetic")) == [])
    #expect(try recipe(text(models(["2", "-1"]))).models.map(\.weight) == [2, -1])
    // What is wrong with a weight is said alone.
    #expect(findings(text(models(["x", "-1"]))) == ["recipe.yaml:4:38: weight must be a number, got 'x'"])
  }

  @Test func tasksAreDistinct() {
    #expect(
      findings(text("  - model: a/x\n  - model: b\n  - model: c\n    task: x\n  - model: d/x")) == [
        "recipe.yaml:7:11: task 'x' is that of line 4 too; tasks must be distinct",
        "recipe.yaml:8:12: task 'x' is that of line 4 too; tasks must be distinct (this is the folder's name; give a task)",
      ])
  }

  @Test func namesOfTasksAreNamesOfFiles() throws {
    #expect(
      findings(text("  - model: a(1)\n  - {model: b, task: ../up}\n  - {model: c, task: \"\"}")) == [
        "recipe.yaml:4:12: task 'a(1)' may hold only letters, digits, spaces and _ - . + "
          + "(the folder's name; give a task)",
        "recipe.yaml:5:22: task '../up' must not begin with a dot",
        "recipe.yaml:6:22: task must not be empty",
      ])
    #expect(try recipe(text("  - model: .")).models[0].task == "data")
    #expect(try recipe(text("  - {model: a, task: 7}")).models[0].task == "7")
  }
}
