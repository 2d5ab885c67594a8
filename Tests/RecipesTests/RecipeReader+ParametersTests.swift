import Merging
import Testing

@testable import Recipes

@Suite struct ParametersTests {
  /// Which keys each method uses, from the description of the recipe and not from the table.
  static let uses: [(MergeMethod, Set<String>)] = {
    let patterns: Set<String> = ["masked", "scaled", "frozen"]
    let learning: Set<String> = [
      "origin", "merge_coefficient", "initial_kept_fraction", "temperature", "learn", "objective", "steps",
      "batch_size", "learning_rate", "shuffle", "lanes", "exchange", "network", "granularity", "density", "fuse_qkv",
    ]
    return [
      (.adarank, learning.union(patterns)),
      (.adamerging, learning.union(patterns)),
      (.average, []),
      (.linear, ["normalize"]),
      (.taskArithmetic, ["merge_coefficient", "normalize", "lambda", "scaled", "frozen"]),
      (.cart, patterns.union(["merge_coefficient", "initial_kept_fraction", "fuse_qkv"])),
      (.tsvM, patterns.union(["merge_coefficient", "fuse_qkv"])),
      (.isoC, patterns.union(["merge_coefficient", "fuse_qkv"])),
      (.isoCTS, patterns.union(["merge_coefficient", "fuse_qkv", "common_fraction"])),
      (.ties, ["merge_coefficient", "scaled", "frozen", "density"]),
      (.consensusTA, ["merge_coefficient", "scaled", "frozen", "mask_threshold"]),
    ]
  }()

  static let neutralValues = [
    "origin": "task_arithmetic", "merge_coefficient": "0.5", "initial_kept_fraction": "1.0", "temperature": "10",
    "learn": "[coefficients]", "objective": "self_label", "steps": "1", "batch_size": "1", "learning_rate": "1",
    "shuffle": "false", "lanes": "2", "granularity": "task", "fuse_qkv": "true", "masked": "[a]", "scaled": "[a]",
    "frozen": "[a]", "density": "0.5", "normalize": "true", "lambda": "0.5", "common_fraction": "0.7",
    "mask_threshold": "0.3", "exchange": "components", "network": "25",
  ]

  @Test(arguments: uses)
  func methodsAcceptWhatTheyUseAndNothingElse(method: MergeMethod, used: Set<String>) {
    for (key, value) in ParametersTests.neutralValues {
      let required = ["merge_coefficient: 0.7", "initial_kept_fraction: 0.5"].filter { !$0.hasPrefix(key + ":") }
      let lines = (method == .cart ? required : []) + ["\(key): \(value)"]
      let found = findings(recipeText(method.rawValue, "parameters: {\(lines.joined(separator: ", "))}"))
      if used.contains(key) {
        #expect(found == [])
      } else {
        #expect(found.count == 1)
        #expect(found.first?.contains("\(method.rawValue) does not use \(key); used by ") == true)
      }
    }
  }

  @Test func anUnusedKeyIsNamedAtTheKeyWithItsUsers() {
    #expect(
      findings(recipeText("average", "parameters:\n  merge_coefficient: wrong")) == [
        "recipe.yaml:10:3: average does not use merge_coefficient; "
          + "used by adarank, adamerging, cart, tsv_m, iso_c, iso_cts, task_arithmetic, ties, consensus_ta"
      ])
  }

  @Test func suggestionsAreKeysOfTheMethod() {
    #expect(
      findings(recipeText("task_arithmetic", "parameters: {frosen: [a], mask: [a]}")) == [
        "recipe.yaml:9:14: unknown key 'frosen' under parameters; did you mean 'frozen'? "
          + "(task_arithmetic uses merge_coefficient, normalize, lambda, scaled, frozen)",
        "recipe.yaml:9:27: unknown key 'mask' under parameters; "
          + "task_arithmetic uses merge_coefficient, normalize, lambda, scaled, frozen",
      ])
    #expect(
      findings(recipeText("average", "parameters: {mask: [a]}"))
        == ["recipe.yaml:9:14: unknown key 'mask' under parameters; average uses none"])
  }

  @Test func originCartHasNoDefaults() {
    #expect(
      findings(recipeText("cart")) == [
        "recipe.yaml:1:15: cart requires merge_coefficient under parameters: it has no default; auto chooses it",
        "recipe.yaml:1:15: cart requires initial_kept_fraction under parameters: it has no default; auto chooses it",
      ])
    #expect(
      findings(recipeText("adarank", "parameters: {origin: cart, merge_coefficient: 2}")) == [
        "recipe.yaml:1:15: adarank with origin cart requires initial_kept_fraction under parameters: "
          + "it has no default; auto chooses it"
      ])
    #expect(
      findings(recipeText("cart", "parameters: {merge_coefficient: x, initial_kept_fraction: 0}"))
        == ["recipe.yaml:9:33: merge_coefficient must be a number, got 'x'"])
  }

  @Test(arguments: [
    ("initial_kept_fraction", "0.5", "adamerging accepts only 1.0 for initial_kept_fraction, got 0.5"),
    ("temperature", "1", "adamerging accepts only 10.0 for temperature, got 1.0"),
    ("learn", "[masks]", "adamerging accepts only [coefficients] for learn, got [masks]"),
    (
      "learn", "[coefficients, masks]",
      "adamerging accepts only [coefficients] for learn, got [masks, coefficients]"
    ),
  ])
  func adaMergingIsNeutral(key: String, value: String, message: String) {
    #expect(
      findings(recipeText("adamerging", "parameters: {\(key): \(value)}"))
        == ["recipe.yaml:9:\(16 + key.count): \(message); adarank accepts others"])
  }

  @Test func keptRanksAreForGivenNumbers() {
    let lines = "parameters: {kept_ranks: r.json, merge_coefficient: auto}"
    let message = "kept_ranks needs numbers in the place of auto, which judges merges that keep as much of every matrix"
    #expect(findings(recipeText("adarank", lines)) == ["recipe.yaml:9:26: \(message)"])
    #expect(
      findings(recipeText("adamerging", "parameters: {kept_ranks: r.json}"))
        == ["recipe.yaml:9:14: adamerging does not use kept_ranks; used by adarank"])
    #expect(
      findings(recipeText("adarank", "parameters: {kept_ranks: r.json, initial_state: s.safetensors}"))
        == ["recipe.yaml:9:26: kept_ranks and initial_state both say what masks begin with; give one of them"])
  }

  @Test func adaMergingMeasuresFromTheBase() {
    #expect(
      findings(
        recipeText("adamerging", "parameters: {origin: cart, merge_coefficient: 1, initial_kept_fraction: 1}"))
        == ["recipe.yaml:9:22: adamerging accepts only task_arithmetic for origin, got cart; adarank accepts others"])
  }
}
