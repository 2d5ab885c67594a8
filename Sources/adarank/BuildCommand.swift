import ArgumentParser
import Foundation
import Merging

struct BuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Makes a merged model again from what was learnt.",
    discussion: """
      STATE is the adarank_state.safetensors of a merge, or its folder. Beside it lie the recipe as run, which names the \
      models, and the tasks' heads. Nothing is learnt: the masks and coefficients of STATE are put to work, to the bytes of \
      the merge that they are of, or otherwise.

        adarank build merged/ half/ --set dtype=float16
        adarank build merged/ two/ --tasks greek,latin --scale 1.2
        adarank build merged/adarank_state_before_collapse.safetensors before/
      """)

  @Argument(help: "What was learnt: a state file, or the folder that has one.")
  var state: String

  @Argument(help: "The folder to make.")
  var out: String

  @Option(help: "The recipe that names the models; default: recipe.yaml beside STATE.")
  var recipe: String?

  @Option(help: ArgumentHelp("Only these tasks' components; the others' coefficients become 0.", valueName: "task,…"))
  var tasks: String?

  @Option(help: "What all coefficients are multiplied by.")
  var scale = 1.0

  @Flag(help: "Replace OUT if it is a merged model.")
  var overwrite = false

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Take VALUE for a key of the recipe; may be given again.", valueName: "key=value"))
  var overrides: [String] = []

  @OptionGroup var memory: MemoryOption
  @OptionGroup var options: RunOptions

  func validate() throws {
    guard scale.isFinite else { throw ValidationError("--scale must be a finite number.") }
  }

  func run() throws {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: state, isDirectory: &isFolder)
    guard exists else { throw InputError(["\(state) is not there"]) }
    let folder = isFolder.boolValue ? state : (state as NSString).deletingLastPathComponent
    let place = folder.isEmpty ? "." : folder
    var initial = InitialState(path: isFolder.boolValue ? "\(state)/adarank_state.safetensors" : state)
    initial.scale = scale
    initial.tasks = tasks.map { Set($0.split(separator: ",").map(String.init)) }
    initial.path = URL(fileURLWithPath: initial.path).standardizedFileURL.path
    let settled = [
      "steps=0", "on_collapse=ignore", "checkpoint_every=0", "objective=entropy", "initial_state=\(initial.path)",
    ]
    try MergeRun(
      recipe: recipe ?? "\(place)/recipe.yaml", out: out, overwrite: overwrite, overrides: settled + overrides,
      memory: memory.bytes, options: options
    ) { [initial] request in
      request.learning?.initialState = initial
      for index in request.models.indices {
        let head = "\(place)/heads/\(request.models[index].task).safetensors"
        guard FileManager.default.fileExists(atPath: head) else { continue }
        request.models[index].head = URL(fileURLWithPath: head).standardizedFileURL.path
        request.models[index].headIsExplicit = true
        request.models[index].prompts = nil
      }
    }.run()
  }
}
