import Merging
import Testing

@testable import Recipes

@Suite struct OverrideTests {
  private func found(_ override: String, method: String = "adarank") -> [String] {
    findings(recipeText(method, "seed: 7"), overrides: [override])
  }

  @Test func overridesTakeThePlaceOfWhatIsThere() throws {
    let recipe = try recipe(
      recipeText("adarank", "parameters: {steps: many}\nseed: 1"),
      overrides: [
        "parameters.steps=10", "batch_size=4", "seed=2", "seed=3", "models.0.task=x", "learn=[masks]",
        "models.1.head=heads/b", "masked=['a=b']", "parameters.lanes=", "base_model=../b",
      ])
    #expect(recipe.request.learning?.steps == 10)
    #expect(recipe.request.learning?.batchSize == 4)
    #expect(recipe.request.seed == 3)
    #expect(recipe.models[0].task == "x")
    #expect(recipe.models[1].head == "/data/heads/b")
    #expect(recipe.request.learning?.learn == [.masks])
    #expect(recipe.request.roles.masked == ["a=b"])
    #expect(recipe.request.learning?.lanes == nil)
    #expect(recipe.baseModel == "/b")
  }

  @Test func heapsOfAccentsAreRefused() {
    let marks = String(repeating: "\u{301}\u{323}", count: 50_000)
    #expect(found("e\(marks)=1") == ["--set: holds a letter with more than 1000 accents"])
  }

  /// Each part would cost as much as all before it.
  @Test func endlessKeysAreRefused() {
    let key = Array(repeating: "a", count: 30_000).joined(separator: ".")
    #expect(found("models.0.\(key)=1") == ["--set: holds a key of 30002 parts; a recipe has at most 64 levels"])
  }

  @Test func mappingsOnTheWayAreCreated() throws {
    let overrides = ["models.0.parameters.weight=2", "frozen=a"]
    let recipe = try recipe(recipeText("task_arithmetic", "parameters:"), overrides: overrides)
    #expect(recipe.models[0].weight == 2)
    #expect(recipe.request.roles.frozen == ["a"])
  }

  @Test func anOverriddenMethodIsTheOneThatIsChecked() {
    #expect(
      found("merge_method=cart") == [
        "--set merge_method=cart: cart requires merge_coefficient under parameters: it has no default; auto chooses it",
        "--set merge_method=cart: cart requires initial_kept_fraction under parameters: it has no default; auto chooses it",
      ])
    #expect(
      findings(recipeText("adarank", "parameters: {steps: 1}"), overrides: ["merge_method=average"])
        == ["recipe.yaml:9:14: average does not use steps; used by adarank, adamerging"])
  }

  @Test(arguments: [
    ("stepz=10", "unknown key 'stepz' under parameters; did you mean 'steps'?"),
    ("parameters.stepz=10", "unknown key 'stepz' under parameters; did you mean 'steps'?"),
    ("sead=10", "unknown key 'sead'; did you mean 'seed'?"),
    ("parameters.seed=1", "key 'seed' belongs at the top level"),
    ("steps=many", "steps must be a whole number, got 'many'"),
    ("parameters.lanes=0", "lanes must be at least 1, got 0"),
    ("models.1.task=alpha", "task 'alpha' is that of line 4 too; tasks must be distinct"),
    ("steps", "is not of the form KEY=VALUE"),
    ("=3", "a part of the key is empty"),
    ("models..task=3", "a part of the key is empty"),
    ("models.2.task=x", "models has 2 elements, numbered from 0, and no '2'"),
    ("models.first.task=x", "models has 2 elements, numbered from 0, and no 'first'"),
    ("seed.low=1", "seed holds a single value, not a 'low'"),
    ("learn=[masks", "not valid YAML: while parsing a flow sequence, did not find expected ',' or ']'"),
  ])
  func findingsNameTheOverride(override: String, message: String) {
    #expect(found(override) == ["--set \(override): \(message)"])
  }

  @Test func anOverriddenKeyThatIsNotUsedIsTheOverridesFault() {
    let message = "--set steps=3: tsv_m does not use steps; used by adarank, adamerging"
    #expect(found("steps=3", method: "tsv_m") == [message])
    #expect(findings(recipeText("tsv_m", "parameters: {steps: 1}"), overrides: ["steps=3"]) == [message])
  }

  @Test func overridesAreCheckedEvenIfTheFileIsBroken() {
    #expect(
      findings("", overrides: ["x"])
        == ["--set x: is not of the form KEY=VALUE", "recipe.yaml:1:1: the recipe is empty"])
  }
}
