import Testing

@testable import Recipes

@Suite struct RecipeErrorTests {
  @Test func everythingIsFoundAtOnceInTheOrderOfTheFile() {
    let text = """
      merge_method: adarank
      base_model: [base]
      colour: blue
      models:
        - model: tasks/alpha
        - model: tasks/beta
          adapt: inputs
          taks: beta
        - model: other/beta
          adapt: inputs
          parameters: {weight: 0.5}
      parameters:
        stepz: 10
        batch_size: many
        learning_rate: .inf
        origin: carts
        spectrum: 0.2
        masked: ['a(']
      dtype: float23
      out_shard_size: 5
      """
    #expect(
      findings(text, overrides: ["seed=-1"]) == [
        "--set seed=-1: seed must be at least 0, got -1",
        "recipe.yaml:2:13: base_model must be a single word or text, got a list",
        "recipe.yaml:3:1: unknown key 'colour'; this version has merge_method, base_model, models, collection, "
          + "parameters, seed, max_tokens, dtype, out_shard_size, checkpoint_every, time_limit, "
          + "scratch_dir, cache_size",
        "recipe.yaml:5:5: adarank learns on unlabelled inputs: adapt is missing for task 'alpha'",
        "recipe.yaml:8:5: unknown key 'taks' in a models entry; did you mean 'task'?",
        "recipe.yaml:9:12: task 'beta' is that of line 6 too; tasks must be distinct (this is the folder's name; give a task)",
        "recipe.yaml:11:26: weight must be 1.0 with adarank, got 0.5: weights are for static methods, λ is learnt",
        "recipe.yaml:13:3: unknown key 'stepz' under parameters; did you mean 'steps'?",
        "recipe.yaml:14:15: batch_size must be a whole number, got 'many'",
        "recipe.yaml:15:18: learning_rate must be a finite number above 0, got .inf",
        "recipe.yaml:16:11: unknown value 'carts' for origin; did you mean 'cart'? "
          + "(this version has task_arithmetic, cart, tsv_m, iso_cts)",
        "recipe.yaml:17:3: unknown key 'spectrum' under parameters; adarank uses origin, merge_coefficient, "
          + "initial_kept_fraction, kept_ranks, temperature, learn, objective, initial_state, steps, stop, "
          + "on_collapse, batch_size, learning_rate, shuffle, lanes, exchange, network, granularity, masked, scaled, frozen, density, fuse_qkv",
        "recipe.yaml:18:12: 'a(' of masked is not a regular expression: expected ')'",
        "recipe.yaml:19:8: unknown value 'float23' for dtype; did you mean 'float32'? "
          + "(this version has float32, float16, bfloat16, base)",
        "recipe.yaml:20:17: out_shard_size must be at least 1KB, got 5",
      ])
  }

  @Test func theDescriptionHasAFindingALine() {
    let error = RecipeError([
      Finding(file: "b.yaml", line: 2, column: 1, message: "late"),
      Finding(file: "b.yaml", line: 1, column: 9, message: "early"),
      Finding(file: "a.yaml", message: "whole file"),
    ])
    #expect(error.description == "a.yaml: whole file\nb.yaml:1:9: early\nb.yaml:2:1: late")
  }
}
