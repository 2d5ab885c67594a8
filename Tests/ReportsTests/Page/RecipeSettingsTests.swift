import Testing

@testable import Reports

@Suite struct RecipeSettingsTests {
  @Test func readsTheTopLevelAndParameters() {
    let settings = RecipeSettings(SampleRun.recipe)
    #expect(settings.values.map(\.key) == ["merge_method", "base_model", "temperature", "steps", "seed"])
    #expect(settings["temperature"] == "10.0" && settings["seed"] == "0" && settings["task"] == nil)
  }

  @Test func passesOverWhatIsNoSetting() {
    #expect(RecipeSettings("").values.isEmpty)
    #expect(RecipeSettings("# steps: 3\n- a: b\n  c: d\nmodels:\n  x: y\n").values.isEmpty)
    #expect(RecipeSettings("dtype: 'a # b'  # type\n")["dtype"] == "'a # b'")
  }

  /// As recipes as run are written.
  @Test func readsWhatIsSaidOfEachModel() throws {
    let settings = RecipeSettings(
      """
      merge_method: average
      models:
        - model: /models/one
          task: 'task 1'
          head: null  # head.safetensors in the model's folder, or the head in its checkpoint
          adapt: '/a  # b/it''s'
          parameters: {weight: 0.25}  # the model's factor
        - model: "/models/\\"two  # "
          task: two
          classes: ['a  #', b]  # whose names make the head
      parameters:
        steps: 3
      seed: 0
      """)
    #expect(settings.values.map(\.key) == ["merge_method", "steps", "seed"])
    #expect(settings.models.map(\.task) == ["task 1", "two"])
    let (one, two) = (try #require(settings.model(of: "task 1")), try #require(settings.model(of: "two")))
    #expect(one.values.map(\.key) == ["model", "head", "adapt", "weight"])
    #expect(one.values.map(\.value) == ["/models/one", "null", "'/a  # b/it''s'", "0.25"])
    #expect(two["model"] == #""/models/\"two  # ""# && two["classes"] == "['a  #', b]" && two["weight"] == nil)
    #expect(settings.model(of: "three") == nil)
  }
}
