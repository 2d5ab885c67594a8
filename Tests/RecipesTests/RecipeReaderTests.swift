import Merging
import Testing

@testable import Recipes

@Suite struct RecipeReaderTests {
  @Test func whatMustBeThereIsMissed() {
    #expect(
      findings("seed: 1") == [
        "recipe.yaml:1:1: merge_method is missing; this version has adarank, adamerging, average, linear, "
          + "task_arithmetic, cart, tsv_m, iso_c, iso_cts, ties, consensus_ta",
        "recipe.yaml:1:1: base_model is missing",
        "recipe.yaml:1:1: models is missing",
      ])
    #expect(
      findings("merge_method: average\nbase_model: a\nmodels: []")
        == ["recipe.yaml:3:9: models must name at least one model"])
    #expect(
      findings("merge_method: average\nbase_model: a\nmodels: {model: a}")
        == ["recipe.yaml:3:9: models must be a list, got a mapping"])
  }

  @Test(arguments: ["dare", "AdaRank", "slerp"])
  func methodsThatAreNotThereAreUnknown(name: String) throws {
    let found = findings(recipeText(name))
    try #require(found.count == 1)
    #expect(found[0].hasPrefix("recipe.yaml:1:15: unknown value '\(name)' for merge_method; "))
    if name == "AdaRank" {
      #expect(found[0].hasSuffix("did you mean 'adarank'?"))
    } else {
      #expect(
        found[0].hasSuffix(
          "this version has adarank, adamerging, average, linear, task_arithmetic, cart, tsv_m, iso_c, iso_cts, ties, "
            + "consensus_ta"))
    }
  }

  @Test func underAnUnknownMethodTheRestIsStillChecked() {
    #expect(
      findings(recipeText("dare", "parameters: {steps: -1, merge_coefficient: 1, stepz: 1}")).dropFirst() == [
        "recipe.yaml:9:21: steps must be at least 0, got -1",
        "recipe.yaml:9:47: unknown key 'stepz' under parameters; did you mean 'steps'?",
      ])
  }

  @Test func keysInTheWrongPlaceAreSentToTheRightOne() {
    #expect(
      findings(recipeText("adarank", "steps: 3\nparameters: {seed: 3}")) == [
        "recipe.yaml:9:1: key 'steps' belongs under parameters",
        "recipe.yaml:10:14: key 'seed' belongs at the top level",
      ])
    #expect(
      findings("merge_method: average\nbase_model: a\nmodels: [{model: b, weight: 2}]")
        == ["recipe.yaml:3:21: key 'weight' belongs under the entry's own parameters"])
  }

  @Test(arguments: [
    ("steps", "many", "steps must be a whole number, got 'many'"),
    ("steps", "1.5", "steps must be a whole number, got '1.5'"),
    ("steps", "1_000", "steps must be a whole number, got '1_000'"),
    ("steps", "010", "steps must be a whole number, got '010'"),
    ("steps", "'10'", "steps must be a whole number, got the text '10'"),
    ("steps", "[10]", "steps must be a whole number, got a list"),
    ("steps", "-1", "steps must be at least 0, got -1"),
    ("steps", "9223372036854775808", "steps must be at most 9223372036854775807, got 9223372036854775808"),
    ("batch_size", "0", "batch_size must be at least 1, got 0"),
    ("lanes", "0", "lanes must be at least 1, got 0"),
    ("learning_rate", "0", "learning_rate must be a finite number above 0, got 0"),
    ("learning_rate", "1_0", "learning_rate must be a number, got '1_0'"),
    ("temperature", "-1", "temperature must be a finite number above 0, got -1"),
    ("merge_coefficient", "1e999", "merge_coefficient must be a finite number, got 1e999"),
    ("merge_coefficient", ".nan", "merge_coefficient must be a finite number, got .nan"),
    ("merge_coefficient", "{a: 1}", "merge_coefficient must be a number, got a mapping"),
    ("initial_kept_fraction", "1.01", "initial_kept_fraction must be from 0 to 1, got 1.01"),
    ("shuffle", "maybe", "shuffle must be true or false, got 'maybe'"),
    ("shuffle", "'true'", "shuffle must be true or false, got the text 'true'"),
    ("learn", "[]", "learn must name at least one of masks, coefficients, heads"),
    ("origin", "mean", "unknown value 'mean' for origin; this version has task_arithmetic, cart, tsv_m, iso_cts"),
    ("granularity", "layer", "unknown value 'layer' for granularity; this version has tensor, task"),
    ("masked", "{}", "masked must be a list, got a mapping"),
  ])
  func wrongValuesAreNamed(key: String, value: String, message: String) {
    let column = 3 + key.count + 2
    #expect(
      findings(recipeText("adarank", "parameters:\n  \(key): \(value)")) == ["recipe.yaml:10:\(column): \(message)"])
  }

  @Test func wrongElementsAreNamedWhereTheyStand() {
    #expect(
      findings(recipeText("adarank", "parameters: {learn: [masks, tails, masks]}"))
        == ["recipe.yaml:9:29: unknown value 'tails' for learn; this version has masks, coefficients, heads"])
    #expect(
      findings(recipeText("adarank", "parameters: {learn: [masks, masks]}"))
        == ["recipe.yaml:9:29: learn names masks twice"])
    #expect(
      findings(recipeText("tsv_m", "parameters: {frozen: [a, '']}"))
        == ["recipe.yaml:9:26: a pattern of frozen must not be empty"])
  }

  @Test(arguments: [
    ("seed: 18446744073709551616", "7: seed must be at most 18446744073709551615, got 18446744073709551616"),
    ("checkpoint_every: -1", "19: checkpoint_every must be at least 0, got -1"),
    ("out_shard_size: 5B", "17: out_shard_size must be a size such as 5GB, 500MB or 2GiB, got '5B'"),
    ("out_shard_size: 999", "17: out_shard_size must be at least 1KB, got 999"),
    ("parameters: 3", "13: parameters must be a mapping, got '3'"),
  ])
  func wrongTopLevelValuesAreNamed(line: String, message: String) {
    #expect(findings(recipeText("adarank", line)) == ["recipe.yaml:9:\(message)"])
  }

  @Test func oneWordIsAListOfOne() throws {
    let recipe = try recipe(recipeText("adarank", "parameters: {learn: masks, masked: '.*'}"))
    #expect(recipe.request.learning?.learn == [.masks])
    #expect(recipe.request.roles.masked == [".*"])
  }

  @Test(arguments: ["1e-3", "1E-3", "0.001", "+.001", "1.e-3"])
  func numbersAreReadAsYAMLWritesThem(text: String) throws {
    let recipe = try recipe(recipeText("adarank", "parameters: {learning_rate: \(text)}"))
    #expect(recipe.request.learning?.learningRate == 0.001)
  }
}
