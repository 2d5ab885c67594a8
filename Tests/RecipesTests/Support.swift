import Foundation
import Merging
import Testing

@testable import Recipes

/// A recipe for two tasks with the given further lines, which begin on line 9.
func recipeText(_ method: String, _ more: String = "") -> String {
  """
  merge_method: \(method)
  base_model: base
  models:
    - model: tasks/alpha
      adapt: tasks/alpha/inputs.safetensors
    - model: tasks/beta
      adapt: tasks/beta/inputs.safetensors
  # further lines
  \(more)

  """
}

/// What a method cannot do without, as lines for `recipeText`.
func requiredLines(_ method: MergeMethod) -> String {
  method == .cart ? "parameters: {merge_coefficient: 2.3, initial_kept_fraction: 0.16}" : ""
}

/// The findings on a text, one a line, with `recipe.yaml` for its path; empty where it is a recipe.
func findings(_ text: String, overrides: [String] = []) -> [String] {
  do {
    _ = try Recipe(text: text, path: "recipe.yaml", overrides: overrides)
    return []
  } catch {
    return error.findings.map(\.description)
  }
}

func recipe(_ text: String, overrides: [String] = []) throws -> Recipe {
  try Recipe(text: text, path: "/data/recipe.yaml", overrides: overrides)
}

/// Calls `body` with a new folder that holds `files`, and removes the folder.
func withFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  defer { try? FileManager.default.removeItem(at: folder) }
  for (name, text) in files {
    let file = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }
  try body(folder.path)
}
