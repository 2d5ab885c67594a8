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
          merge_coefficient: 2.3  # λ: the factor of the summed task vectors, measured from the models' mean
          initial_kept_fraction: 0.16  # the share of each task's components that is kept; 0: one over the number of tasks
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
}
