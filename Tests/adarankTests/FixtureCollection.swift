import Checkpoints
import Foundation
import TestSupport

/// A recipe over the small fixtures, with what a test wants to be otherwise.
struct FixtureCollection {
  static let tasks = ["alpha", "beta", "gamma"]

  /// `clip`, `openclip`, `vit`, `dinov2`, `bert`, `roberta` or `gpt2`.
  var fixture = "clip"
  var method = "average"
  var parameters: [String] = []
  /// Further lines at the top level.
  var settings: [String] = []
  /// Whether accuracy is measured.
  var evaluates = true
  /// Paths that take the place of the fixture's: `base`, or a task's model, head or inputs, as `alpha.head`.
  var replaced: [String: String] = [:]

  static func path(_ name: String) -> String { Fixtures.path(name) }

  private var root: String { Fixtures.path(fixture) }

  var base: String { replaced["base"] ?? "\(root)/base" }

  func model(_ task: String) -> String { replaced["\(task).model"] ?? "\(root)/tasks/\(task)" }
  func head(_ task: String) -> String { replaced["\(task).head"] ?? "\(root)/tasks/\(task)/head.safetensors" }
  func inputs(_ task: String) -> String { replaced["\(task).inputs"] ?? "\(root)/tasks/\(task)/inputs.safetensors" }

  var yaml: String {
    let models = Self.tasks.map { task in
      // All but CLIP's models hold their heads themselves.
      let head = fixture.hasSuffix("clip") ? "head: \(head(task))" : "# its own head"
      return """
          - model: \(model(task))
            task: \(task)
            \(head)
            adapt: \(inputs(task))
            \(evaluates ? "evaluate: \(inputs(task))" : "# no labels")
        """
    }
    let parameters = parameters.isEmpty ? [] : ["parameters:"] + parameters.map { "  \($0)" }
    return (["merge_method: \(method)", "base_model: \(base)", "models:"] + models + parameters + settings)
      .joined(separator: "\n") + "\n"
  }

  /// Gives parameters, in place of those of the same names.
  mutating func set(_ parameters: [String]) {
    let given = Set(parameters.map { $0.prefix { $0 != ":" } })
    self.parameters.removeAll { given.contains($0.prefix { $0 != ":" }) }
    self.parameters += parameters
  }

  /// What every learning method is given here: the golden runs' settings, cut short.
  static let fewSteps = ["steps: 3", "batch_size: 4", "learning_rate: 0.01", "shuffle: false", "lanes: 4"]

  /// Every method with parameters that suit the fixtures.
  static let methods: [String: [String]] = [
    "average": [],
    "task_arithmetic": ["merge_coefficient: 0.3"],
    "cart": ["merge_coefficient: 1.5", "initial_kept_fraction: 0.16"],
    "tsv_m": ["merge_coefficient: 1.0"],
    "iso_c": ["merge_coefficient: 1.1"],
    "iso_cts": ["merge_coefficient: 1.1"],
    "ties": ["merge_coefficient: 0.7", "density: 0.2"],
    "consensus_ta": ["merge_coefficient: 0.5", "mask_threshold: 0.4"],
    "adamerging": ["merge_coefficient: 0.3"] + fewSteps,
    "adarank": ["merge_coefficient: 0.3"] + fewSteps,
  ]

  init(fixture: String = "clip", _ method: String = "average") {
    self.fixture = fixture
    self.method = method
    parameters = Self.methods[method]!
  }
}

/// Copies a safetensors file with its tensors changed.
func editedSafetensors(
  _ path: String, in folder: ScratchFolder, as name: String, _ edit: (inout [NamedTensor]) -> Void
) throws -> String {
  let file = try SafetensorsFile(path: path)
  var tensors = try file.entries.map { entry in
    NamedTensor(
      name: entry.name, elementType: entry.elementType, shape: entry.shape,
      bytes: try file.withBytes(of: entry.name) { Array($0) })
  }
  edit(&tensors)
  try folder.write("", as: name)
  let copy = "\(folder.path)/\(name)"
  try SafetensorsWriter.writeFile(copy, tensors: tensors, metadata: file.metadata)
  return copy
}
