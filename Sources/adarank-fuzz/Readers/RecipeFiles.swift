import Recipes

/// Recipes, the collections and files that they name, and what `--set` may say.
struct RecipeFiles: FuzzedReader {
  let name = "recipe"

  func seeds() -> [Seed] {
    [
      Seed(
        name: "adarank",
        files: [
          SeedFile("recipe.yaml", Self.learning, .yaml), SeedFile("names.txt", "cat\ndog\nnewt\n", .lines),
          SeedFile("overrides.txt", "steps=4\nmodels.0.parameters.weight=1.0\n", .lines),
        ]),
      Seed(
        name: "collection",
        files: [
          SeedFile("recipe.yaml", Self.collecting, .yaml), SeedFile("collection.yaml", Self.collection, .yaml),
        ]),
      Seed(name: "ties", files: [SeedFile("recipe.yaml", Self.ties, .yaml)]),
    ]
  }

  private static let learning = """
    merge_method: adarank
    base_model: base
    models:
      - model: tasks/alpha
        task: alpha
        head: &head tasks/alpha/head.safetensors
        adapt: tasks/alpha/inputs.safetensors
        evaluate: tasks/alpha/inputs.safetensors
      - {model: tasks/beta, classes: [cat, "dog", 'newt'], templates: ["a {}.", "the {}"], adapt: beta/pictures}
      - model: tasks/gamma
        classes: names.txt
        adapt: gamma.tsv
        evaluate: gamma.tsv
        text: [premise, hypothesis]
        label: gold
        metric: f1
    parameters:
      origin: task_arithmetic
      merge_coefficient: 0.3    # λ₀
      initial_kept_fraction: 1.0
      temperature: 10
      learn: [masks, coefficients]
      objective: self_label
      steps: 500
      batch_size: 16
      learning_rate: 1e-3
      shuffle: true
      lanes: 64
      granularity: tensor
      masked: ['.*\\.weight', "layers\\\\.[0-9]+"]
      frozen: embeddings
    seed: 0
    dtype: float16
    out_shard_size: 5GB
    max_tokens: 128
    """
  private static let collecting = """
    collection: collection.yaml
    merge_method: cart
    parameters: {merge_coefficient: auto, initial_kept_fraction: auto}
    cache_size: 1GiB
    """
  private static let collection = """
    base_model: ../base
    models:
      - model: ../tasks/alpha
        adapt: alpha.jsonl
      - model: ../tasks/beta
        adapt: beta.jsonl
    """
  private static let ties = """
    %YAML 1.1
    ---
    merge_method: ties
    base_model: "base\\u0020model"
    models:
    - model: a.pt
      task: "a"
      parameters:
        weight: 0.5
    - model: >-
        b.pt
      task: b
      parameters: {weight: -.5}
    parameters:
      density: 0.2
      merge_coefficient: 1
    ...
    """

  func read(_ folder: String) throws -> Digest { try Self.read(folder, isMergekit: false) }

  /// Reads a recipe, and again what it writes as the recipe that was run.
  static func read(_ folder: String, isMergekit: Bool) throws -> Digest {
    let path = "\(folder)/recipe.yaml"
    let lines = (try? FileBytes.read("\(folder)/overrides.txt"))?.split(separator: UInt8(ascii: "\n")) ?? []
    let overrides = lines.map { String(decoding: $0, as: UTF8.self) }
    let recipe = try Recipe.read(path: path, overrides: overrides, isMergekit: isMergekit)
    let text = recipe.yaml()
    let again: Recipe
    do { again = try Recipe(text: text, path: path) } catch {
      throw Violation("the recipe as run is not read: \(error)\n\(text)")
    }
    guard again == recipe else { throw Violation("the recipe as run is another recipe:\n\(text)") }
    var digest = Digest()
    digest.add(text)
    digest.add("\(recipe.request.models.count)")
    return digest
  }
}
