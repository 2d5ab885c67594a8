import Merging
import Testing

@testable import Recipes

@Suite struct RecipeTests {
  @Test func everyKeyIsRead() throws {
    let recipe = try recipe(
      """
      merge_method: adarank
      base_model: ../base
      models:
        - model: tasks/alpha
          task: first task
          head: heads/alpha.safetensors
          adapt: tasks/alpha/inputs.safetensors
          evaluate: /labelled/alpha.safetensors
          parameters: {weight: 1.0}
        - model: tasks/beta/
          adapt: tasks/beta/inputs.safetensors
      parameters:
        origin: cart
        merge_coefficient: 2.3
        initial_kept_fraction: .16
        kept_ranks: ranks/base.json
        temperature: 5
        learn: [masks]
        objective: self_label
        steps: 0
        batch_size: 4
        learning_rate: 1e-4
        shuffle: false
        lanes: 8
        granularity: tensor
        masked: ['layers\\..*weight', "other"]
        scaled: [bias$]
        frozen: []
        fuse_qkv: true
      seed: 18446744073709551615
      dtype: bfloat16
      out_shard_size: 2GiB
      checkpoint_every: 0
      """)
    #expect(recipe.path == "/data/recipe.yaml")
    #expect(recipe.mergeMethod == .adarank)
    #expect(recipe.baseModel == "/base")
    #expect(
      recipe.models == [
        ModelSource(
          model: "/data/tasks/alpha", task: "first task", head: "/data/heads/alpha.safetensors", headIsExplicit: true,
          adapt: "/data/tasks/alpha/inputs.safetensors", evaluate: "/labelled/alpha.safetensors", weight: 1),
        ModelSource(
          model: "/data/tasks/beta", task: "beta", head: "/data/tasks/beta/head.safetensors", headIsExplicit: false,
          adapt: "/data/tasks/beta/inputs.safetensors", evaluate: nil, weight: 1),
      ])
    var learning = LearningSettings()
    learning.origin = .cart
    learning.mergeCoefficient = 2.3
    learning.initialKeptFraction = 0.16
    learning.keptRanksPath = "/data/ranks/base.json"
    learning.temperature = 5
    learning.learn = [.masks]
    learning.objective = .selfLabel
    learning.steps = 0
    learning.batchSize = 4
    learning.learningRate = 1e-4
    learning.shuffle = false
    learning.lanes = 8
    #expect(recipe.request.learning == learning)
    #expect(recipe.request.statics == nil)
    #expect(recipe.request.roles.masked == ["layers\\..*weight", "other"])
    #expect(recipe.request.roles.scaled == ["bias$"])
    #expect(recipe.request.roles.frozen == [])
    #expect(recipe.request.fuseQKV)
    #expect(recipe.request.seed == .max)
    #expect(recipe.request.outputType == .bfloat16)
    #expect(recipe.request.shardSize == 2_147_483_648)
    #expect(recipe.settings.checkpointEvery == 0)
  }

  @Test func defaultsAreThoseOfTheSettings() throws {
    let recipe = try recipe(recipeText("adarank"))
    #expect(recipe.request.learning == LearningSettings())
    #expect(recipe.request.roles == RolePatterns())
    #expect(!recipe.request.fuseQKV)
    #expect(recipe.request.seed == 0)
    #expect(recipe.request.outputType == .float32)
    #expect(recipe.request.shardSize == 5_000_000_000)
    #expect(recipe.settings.checkpointEvery == 100)
  }

  @Test(arguments: [
    (MergeMethod.taskArithmetic, 0.3), (.tsvM, 1), (.isoC, 1), (.isoCTS, 1), (.ties, 1), (.consensusTA, 1),
    (.average, 1),
  ])
  func staticMethodsHaveTheirDefaults(method: MergeMethod, coefficient: Double) throws {
    let recipe = try recipe(recipeText(method.rawValue))
    #expect(recipe.request.learning == nil)
    #expect(recipe.request.statics?.mergeCoefficient == coefficient)
    #expect(recipe.request.statics?.keptFraction == 1)
  }

  @Test func adaMergingLearnsCoefficientsOnly() throws {
    var learning = LearningSettings()
    learning.learn = [.coefficients]
    #expect(try recipe(recipeText("adamerging")).request.learning == learning)
  }

  @Test func cartKeepsWhatItIsTold() throws {
    let recipe = try recipe(recipeText("cart", requiredLines(.cart)))
    #expect(recipe.request.statics?.mergeCoefficient == 2.3)
    #expect(recipe.request.statics?.keptFraction == 0.16)
  }

  @Test func nullMeansTheDefault() throws {
    let plain = try recipe(recipeText("adarank"))
    let nulls = "parameters: {steps: null, lanes: ~, merge_coefficient: , masked: Null}\nseed:\ncollection: null"
    #expect(try recipe(recipeText("adarank", nulls)) == plain)
    #expect(try recipe(recipeText("adarank", "parameters:")) == plain)
  }

  @Test func orderOfKeysPlaysNoPart() throws {
    let text = """
      seed: 3
      parameters: {initial_kept_fraction: 0, origin: cart, merge_coefficient: 2}
      models: [{adapt: b, model: a}]
      base_model: base
      merge_method: adarank
      """
    let turned = """
      merge_method: adarank
      base_model: base
      models: [{model: a, adapt: b}]
      parameters: {merge_coefficient: 2, origin: cart, initial_kept_fraction: 0}
      seed: 3
      """
    #expect(try recipe(text) == recipe(turned))
  }

  @Test func aliasesAreResolved() throws {
    let recipe = try recipe(
      """
      merge_method: adarank
      base_model: &base base
      models:
        - {model: *base, task: a, adapt: &inputs inputs}
        - {model: other, adapt: *inputs}
      """)
    #expect(recipe.models[0].model == "/data/base")
    #expect(recipe.models[1].adapt == "/data/inputs")
  }

  @Test func filesAreRead() throws {
    try withFolder(["recipes/one.yaml": recipeText("average")]) { folder in
      let recipe = try Recipe.read(path: folder + "/recipes/../recipes/one.yaml", overrides: ["seed=2"])
      #expect(recipe.path == folder + "/recipes/one.yaml")
      #expect(recipe.baseModel == folder + "/recipes/base")
      #expect(recipe.request.seed == 2)
    }
  }

  /// A device without an end, and texts that would take minutes to compare.
  @Test func endlessAndStackedFilesAreRefused() throws {
    #expect(throws: RecipeError([Finding(file: "/dev/zero", message: "has more than 16777216 bytes")])) {
      try Recipe.read(path: "/dev/zero")
    }
    let marks = String(repeating: "\u{301}\u{323}", count: 50_000)
    try withFolder(["a.yaml": recipeText("average", "# e\(marks)")]) { folder in
      let message = "holds a letter with more than 1000 accents"
      #expect(throws: RecipeError([Finding(file: "\(folder)/a.yaml", message: message)])) {
        try Recipe.read(path: "\(folder)/a.yaml")
      }
    }
    let escaped = String(repeating: #"\u0301\u0323"#, count: 50_000)
    #expect(findings("seed: \"e\(escaped)\"") == ["recipe.yaml:1:7: a letter has more than 1000 accents"])
  }

  @Test func unreadableFilesSayWhy() throws {
    #expect(throws: RecipeError([Finding(file: "/no/r.yaml", message: "cannot be read: No such file or directory")])) {
      try Recipe.read(path: "/no/r.yaml")
    }
    #expect(throws: RecipeError([Finding(file: "/", message: "cannot be read: Is a directory")])) {
      try Recipe.read(path: "/")
    }
  }
}
