import Communication
import Merging
import Recipes

/// Reads a recipe on rank 0 and hands it to the others as text, with everything that it refers to resolved.
enum RecipeBroadcast {
  /// - Parameters:
  ///   - check: what else rank 0 checks before anything is read.
  /// - Throws: `AgreedFailure` with everything that is wrong. Collective.
  static func read(
    _ path: String, overrides: [String] = [], isMergekit: Bool = false, job: Job,
    check: (Recipe) throws -> Void = { _ in }
  ) throws -> Recipe {
    let own = try job.onCoordinator(checking: true) {
      let recipe = try Recipe.read(path: path, overrides: overrides, isMergekit: isMergekit)
      try check(recipe)
      return recipe
    }
    let text = try job.world.broadcast(own?.yaml() ?? "")
    return try own ?? Recipe(text: text, path: path)
  }
}
