import Communication
import Merging
import Recipes

/// Reads a recipe on rank 0 and hands it to the others as text, with everything that it refers to resolved.
enum RecipeBroadcast {
  /// - Parameters:
  ///   - more: overrides that rank 0 makes of the recipe.
  ///   - check: what else rank 0 checks before anything is read.
  /// - Throws: `AgreedFailure` with everything that is wrong. Collective.
  static func read(
    _ path: String, overrides: [String] = [], more: (Recipe) -> [String] = { _ in [] }, isMergekit: Bool = false,
    job: Job,
    check: (Recipe) throws -> Void = { _ in }
  ) throws -> Recipe {
    let own = try job.onCoordinator(checking: true) {
      var recipe = try Recipe.read(path: path, overrides: overrides, isMergekit: isMergekit)
      let more = more(recipe)
      if !more.isEmpty { recipe = try Recipe.read(path: path, overrides: overrides + more, isMergekit: isMergekit) }
      try check(recipe)
      return recipe
    }
    let text = try job.world.broadcast(own?.yaml() ?? "")
    return try own ?? Recipe(text: text, path: path)
  }
}
