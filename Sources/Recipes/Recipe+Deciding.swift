import Merging

extension Recipe {
  /// The keys whose values decide about the merged weights, as the recipe as run writes them. A run that was interrupted
  /// goes on only where they are the same; what files hold is compared by itself.
  package var deciding: [String: String] {
    var values = ["merge_method": mergeMethod.rawValue, "tasks": models.map(\.task).joined(separator: ", ")]
    for key in RecipeKey.parameters where key.users.contains(mergeMethod) && !Self.undeciding.contains(key.name) {
      values[key.name] = key.write(settings)
    }
    for key in RecipeKey.topLevel where Self.decidingAtTop.contains(key.name) { values[key.name] = key.write(settings) }
    for source in models {
      if let texts = source.columns.texts { values["text of \(source.task)"] = texts.joined(separator: ", ") }
      guard let prompts = source.prompts else { continue }
      values["classes of \(source.task)"] = prompts.classes.joined(separator: ", ")
      values["templates of \(source.task)"] = prompts.templates.joined(separator: ", ")
    }
    return values
  }

  /// Everything that decides about the output folder: the recipe as run, but for how the run is kept and where it works.
  package var outcome: String {
    let keys = ["checkpoint_every", "time_limit", "scratch_dir", "cache_size"]
    return yaml().split(separator: "\n").filter { line in !keys.contains { line.hasPrefix($0 + ":") } }
      .joined(separator: "\n")
  }

  /// More steps go on from fewer; the network only chooses the exchange; files are compared by what they hold.
  private static let undeciding: Set = ["steps", "stop", "on_collapse", "network", "initial_state", "kept_ranks"]
  private static let decidingAtTop: Set = ["seed", "max_tokens"]
}
