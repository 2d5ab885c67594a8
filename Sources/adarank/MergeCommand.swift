import ArgumentParser

struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Merges the models of a recipe and writes a model folder.",
    discussion: """
      OUT appears under its name only when it is whole: weights, configuration, each task's head, a model card, the recipe \
      as run, a report, and a page to look at: report.html. An OUT that exists is refused, unless --overwrite is given.

      Until then the merge works in OUT.unfinished. A method that learns saves its state there every 'checkpoint_every' steps \
      and every minute, and once more when SIGTERM, SIGINT or SIGUSR1 or the recipe's 'time_limit' ends it. The same command \
      with --resume goes on from there, on any number of ranks, to the same bytes; where there is nothing to go on from it \
      begins, and where OUT is there already from the same recipe it does nothing. So a batch system can start it again and \
      again. A run that is stopped exits with 75, and a mistake in what was given with 2.

        mpirun -n 2 adarank merge recipe.yaml merged/
        mpirun -n 4 adarank merge recipe.yaml merged/ --resume
        adarank merge recipe.yaml merged/ --set steps=1000 --set dtype=float16
        adarank merge --mergekit config.yaml merged/
      """)

  @Argument(help: "A YAML file that says what to merge and how.")
  var recipe: String

  @Argument(help: "The folder to make.")
  var out: String

  @Flag(help: "Replace OUT if it is a merged model.")
  var overwrite = false

  @Flag(help: "Go on with an unfinished run of OUT, if there is one.")
  var resume = false

  @Flag(help: "RECIPE is mergekit's: its keys, linear and task_arithmetic, with its arithmetic on all tensors.")
  var mergekit = false

  @OptionGroup var changes: RecipeChanges
  @OptionGroup var memory: MemoryOption
  @OptionGroup var space: SpaceOption
  @OptionGroup var log: LogOption
  @OptionGroup var options: RunOptions

  func run() throws {
    try MergeRun(
      recipe: recipe, out: out, overwrite: overwrite, resumes: resume, isMergekit: mergekit,
      overrides: changes.overrides,
      memory: memory.bytes, ignoresSpace: space.ignoreSpace, logs: log.log, options: options
    ).run()
  }
}
