import Foundation
import Merging

/// What a person asks for: a recipe that has been read and checked. All paths are absolute.
///
/// Whether the files that it names exist and fit one another is not known here.
package struct Recipe: Equatable, Sendable {
  /// The recipe's own file.
  package let path: String
  package let mergeMethod: MergeMethod
  /// The base model's folder.
  package let baseModel: String
  /// At least one.
  package let models: [ModelSource]
  /// With the method's defaults filled in.
  let settings: Settings

  /// Reads a recipe's text.
  ///
  /// - Parameters:
  ///   - path: the recipe's file, as the person gave it; it need not exist.
  ///   - overrides: `KEY=VALUE` each, in order; they take the place of what the recipe says.
  ///   - isMergekit: whether it is a recipe of mergekit's.
  /// - Throws: all findings at once.
  package init(
    text: String, path: String, overrides: [String] = [], isMergekit: Bool = false
  ) throws(RecipeError) {
    var reader = RecipeReader(path: path, isMergekit: isMergekit)
    guard let recipe = reader.read(text, overrides: overrides) else { throw RecipeError(reader.findings) }
    self = recipe
  }

  init(path: String, mergeMethod: MergeMethod, baseModel: String, models: [ModelSource], settings: Settings) {
    self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    self.mergeMethod = mergeMethod
    self.baseModel = baseModel
    self.models = models
    self.settings = settings
  }

  /// Reads a recipe's file; see `init(text:path:overrides:isMergekit:)`.
  package static func read(
    path: String, overrides: [String] = [], isMergekit: Bool = false
  ) throws(RecipeError) -> Recipe {
    let text: String
    do {
      text = try Source(file: path).readText()
    } catch {
      throw RecipeError([error])
    }
    return try Recipe(text: text, path: path, overrides: overrides, isMergekit: isMergekit)
  }
}
