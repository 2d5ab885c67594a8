import Foundation
import Merging
import Testing

@testable import Recipes

@Suite struct RecipeYAMLTests {
  @Test(arguments: MergeMethod.allCases)
  func whatIsWrittenReadsBackEqual(method: MergeMethod) throws {
    let recipe = try recipe(recipeText(method.rawValue, requiredLines(method)))
    #expect(try Recipe(text: recipe.yaml(), path: recipe.path) == recipe)
  }

  @Test func oddValuesReadBackEqual() throws {
    let text = #"""
      merge_method: adarank
      base_model: "base: # 'quoted' \"twice\"\n\t"
      models:
        - {model: "été {a}, [b]", task: "null", head: '~x', adapt: "\u2028\x07", evaluate: '- a'}
        - {model: b, task: "1", adapt: '@', evaluate: ' '}
      parameters:
        merge_coefficient: -1.2345678901234567e-300
        temperature: 1e22
        learning_rate: 1e-5
        learn: coefficients
        lanes: 3
        shuffle: no
        masked: ['^a\.[0-9]+, "b"$', "it's", '#', '\\']
      out_shard_size: 1234567
      """#
    let recipe = try recipe(text)
    #expect(try Recipe(text: recipe.yaml(), path: recipe.path) == recipe)
  }

  @Test func weightsOfStaticMethodsAreWritten() throws {
    let recipe = try recipe(recipeText("average"), overrides: ["models.1.parameters.weight=0.25", "models.0.head=h"])
    #expect(try Recipe(text: recipe.yaml(), path: recipe.path) == recipe)
    #expect(recipe.yaml().contains("    parameters: {weight: 0.25}  # the model's factor\n"))
  }

  @Test func everyDefaultIsWrittenOutWithItsMeaning() throws {
    #expect(
      try recipe(recipeText("cart", requiredLines(.cart))).yaml() == """
        # The recipe as run: every default written out, paths absolute.
        merge_method: cart
        base_model: /data/base
        models:
          - model: /data/tasks/alpha
            task: alpha
            head: null  # head.safetensors in the model's folder, or the head in its checkpoint
            adapt: /data/tasks/alpha/inputs.safetensors
            evaluate: null
            parameters: {weight: 1.0}  # the model's factor
          - model: /data/tasks/beta
            task: beta
            head: null  # head.safetensors in the model's folder, or the head in its checkpoint
            adapt: /data/tasks/beta/inputs.safetensors
            evaluate: null
            parameters: {weight: 1.0}  # the model's factor
        parameters:
          merge_coefficient: 2.3  # λ: the factor of the summed task vectors, measured from the models' mean; auto: that \
        of a short grid whose merge agrees most with the fine-tuned models on unlabelled inputs
          initial_kept_fraction: 0.16  # the share of each task's components that is kept; 0: one over the number of \
        tasks; auto: chosen as the coefficient is
          masked: []  # tensors treated by singular components; []: as usual
          scaled: []  # tensors to whose mean weighted task vectors are added whole; []: as usual
          frozen: []  # tensors that get the models' mean and nothing more; []: as usual
          fuse_qkv: false  # whether query, key and value are decomposed as one matrix
        seed: 0  # of everything that is drawn
        max_tokens: null  # the most tokens of a text that is tokenized here; null: as many as model and tokenizer take
        dtype: float32  # the merged files' type; base: each tensor as in the base model
        out_shard_size: 5GB  # the most that one weight file holds
        checkpoint_every: 100  # steps between checkpoints to resume from, of which one is written every minute besides; 0: none
        time_limit: null  # how long a run may learn before it stops in order, such as 8h or 90min, to be resumed; null: as long as it takes
        scratch_dir: null  # where singular components are kept on disk; null: a folder of one's own under TMPDIR
        cache_size: 50GB  # how much of that stays for later merges; 0: components stay in memory, and nothing is kept

        """)
  }

  @Test(arguments: MergeMethod.allCases)
  func everyKeyOfTheMethodIsWritten(method: MergeMethod) throws {
    let yaml = try recipe(recipeText(method.rawValue, requiredLines(method))).yaml()
    for key in RecipeKey.parameters {
      #expect(yaml.contains("\n  \(key.name): ") == key.users.contains(method), "\(key.name)")
    }
  }

  private func search(_ coefficient: Double, _ fraction: Double? = nil) throws -> MergeReport.Search {
    let fraction = fraction.map { #", "kept_fraction": \#($0)"# } ?? ""
    return try JSONDecoder.report.decode(
      MergeReport.Search.self, from: Data(#"{"merge_coefficient": \#(coefficient)\#(fraction), "trials": []}"#.utf8))
  }

  /// Run again, the recipe searches no more.
  @Test func whatWasChosenTakesThePlaceOfAuto() throws {
    let chosen = "(chosen by auto: report.json has the grid)"
    let searched = try recipe(
      recipeText("adarank", "parameters: {origin: cart, merge_coefficient: auto, initial_kept_fraction: auto}"))
    let yaml = searched.yaml(choosing: try search(2.5, 0.16))
    let given = try Recipe(text: yaml, path: searched.path)
    #expect(given.request.search == nil)
    #expect(given.request.learning?.mergeCoefficient == 2.5 && given.request.learning?.initialKeptFraction == 0.16)
    let lines = yaml.split(separator: "\n").filter { $0.hasSuffix(chosen) }
    #expect(lines.count == 2)
    #expect(lines[0].hasPrefix("  merge_coefficient: 2.5  #") && lines[1].hasPrefix("  initial_kept_fraction: 0.16  #"))
    // What was given stays as it was.
    let half = try recipe(
      recipeText("cart", "parameters: {merge_coefficient: 1.5, initial_kept_fraction: auto}"))
    let halfGiven = try Recipe(text: half.yaml(choosing: try search(1.5, 0.08)), path: half.path)
    #expect(halfGiven.request.statics?.mergeCoefficient == 1.5 && halfGiven.request.statics?.keptFraction == 0.08)
    #expect(half.yaml(choosing: try search(1.5, 0.08)).components(separatedBy: chosen).count == 2)
    #expect(try !recipe(recipeText("tsv_m")).yaml(choosing: search(1)).contains(chosen))
  }

  /// In the recipe as run, and wherever else meanings are shown.
  @Test func everyMethodsCoefficientSaysWhatAutoMeans() throws {
    let coefficient = try #require(RecipeKey.parameters.first { $0.name == "merge_coefficient" })
    for method in coefficient.users { #expect(coefficient.meaning(to: method).contains("; auto: ")) }
    let fraction = try #require(RecipeKey.parameters.first { $0.name == "initial_kept_fraction" })
    for method in fraction.users { #expect(fraction.meaning(to: method).contains("; auto")) }
  }
}
