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

  @OptionGroup var changes: RecipeChanges
  @OptionGroup var memory: MemoryOption
  @OptionGroup var space: SpaceOption
  @OptionGroup var log: LogOption
  @OptionGroup var options: RunOptions

  func validate() throws {
    guard scale.isFinite else { throw ValidationError("--scale must be a finite number.") }
  }

  func run() throws {
    // Rank 0 alone looks at files: others may not see them.
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: state, isDirectory: &isFolder)
    let file = isFolder.boolValue ? "\(state)/\(LearnedState.fileName)" : state
    let folder = URL(fileURLWithPath: file).standardizedFileURL.deletingLastPathComponent().path
    let settled = [
      "steps=0", "on_collapse=ignore", "checkpoint_every=0", "time_limit=null", "objective=entropy",
      "initial_state=\(URL(fileURLWithPath: file).standardizedFileURL.path)",
    ]
    let chosen = tasks.map { Set($0.split(separator: ",").map(String.init)) }
    try MergeRun(
      recipe: recipe ?? "\(folder)/recipe.yaml", out: out, overwrite: overwrite, overrides: settled + changes.overrides,
      memory: memory.bytes, ignoresSpace: space.ignoreSpace, logs: log.log, options: options,
      more: { recipe in
        recipe.models.enumerated().flatMap { index, source -> [String] in
          let head = "\(folder)/heads/\(source.task).safetensors"
          guard FileManager.default.fileExists(atPath: head) else { return [] }
          let given = source.prompts == nil ? [] : ["models.\(index).classes=null", "models.\(index).templates=null"]
          return given + ["models.\(index).head=\(head)"]
        }
      },
      change: { request in
        request.learning?.initialState?.scale = scale
        request.learning?.initialState?.tasks = chosen
        request.search = nil
      }
    ).run()
  }
}
