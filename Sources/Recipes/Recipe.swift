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
  package let models: [ModelEntry]
  /// With the method's defaults filled in.
  let settings: Settings

  /// Reads a recipe's text.
  ///
  /// - Parameters:
  ///   - path: the recipe's file, as the person gave it; it need not exist.
  ///   - overrides: `KEY=VALUE` each, in order; they take the place of what the recipe says.
  /// - Throws: all findings at once.
  package init(text: String, path: String, overrides: [String] = []) throws(RecipeError) {
    var reader = RecipeReader(path: path)
    guard let recipe = reader.read(text, overrides: overrides) else { throw RecipeError(reader.findings) }
    self = recipe
  }

  init(path: String, mergeMethod: MergeMethod, baseModel: String, models: [ModelEntry], settings: Settings) {
    self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    self.mergeMethod = mergeMethod
    self.baseModel = baseModel
    self.models = models
    self.settings = settings
  }

  /// Reads a recipe's file; see `init(text:path:overrides:)`.
  package static func read(path: String, overrides: [String] = []) throws(RecipeError) -> Recipe {
    let text: String
    do {
      text = try Source(file: path).readText()
    } catch {
      throw RecipeError([error])
    }
    return try Recipe(text: text, path: path, overrides: overrides)
  }
}

extension Recipe {
  /// Non-nil exactly for methods that learn.
  package var learning: LearningSettings? {
    guard mergeMethod.learns else { return nil }
    var learning = settings.learning
    if let coefficient = settings.mergeCoefficient { learning.mergeCoefficient = coefficient }
    if let fraction = settings.initialKeptFraction { learning.initialKeptFraction = fraction }
    return learning
  }

  /// Non-nil exactly for methods that do not learn.
  package var statics: StaticSettings? {
    guard !mergeMethod.learns else { return nil }
    var statics = StaticSettings()
    if let coefficient = settings.mergeCoefficient { statics.mergeCoefficient = coefficient }
    if let fraction = settings.initialKeptFraction { statics.keptFraction = fraction }
    return statics
  }

  package var roles: RolePatterns { settings.roles }

  /// Whether separate query, key and value weights are decomposed as one matrix.
  package var fuseQKV: Bool { settings.fuseQKV }

  package var seed: UInt64 { settings.seed }

  package var outputType: OutputType { settings.outputType }

  /// The most bytes that one weight file holds.
  package var outShardSize: Int { settings.outShardSize }

  /// Steps between checkpoints; 0: none.
  package var checkpointEvery: Int { settings.checkpointEvery }
}
