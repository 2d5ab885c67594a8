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
}
