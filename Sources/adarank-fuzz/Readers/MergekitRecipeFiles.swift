/// Recipes of mergekit's.
struct MergekitRecipeFiles: FuzzedReader {
  let name = "mergekit"

  func seeds() -> [Seed] {
    [
      Seed(name: "linear", files: [SeedFile("recipe.yaml", Self.linear, .yaml)]),
      Seed(name: "task_arithmetic", files: [SeedFile("recipe.yaml", Self.taskArithmetic, .yaml)]),
    ]
  }

  private static let linear = """
    models:
      - model: models/first
        parameters:
          weight: 1.0
      - model: models/second
        parameters: {weight: 0.3}
    merge_method: linear
    parameters:
      normalize: false
    dtype: float16
    """
  private static let taskArithmetic = """
    merge_method: task_arithmetic
    base_model: base
    models:
      - model: base
      - model: models/first
        parameters: &half
          weight: 0.5
      - model: other/first
        parameters: *half
    parameters:
      lambda: 0.7
      int8_mask: true
    dtype: float32
    out_dtype: bfloat16
    """

  func read(_ folder: String) throws -> Digest { try RecipeFiles.read(folder, isMergekit: true) }
}
