import LinearAlgebra

extension LearningRun {
  /// Notes what a fine-tuned model, whose weights are in place, says of the inputs that are looked at. Collective.
  func noteExpert(_ task: Int, _ inputs: TaskInputs) throws {
    guard collapseGuard != nil else { return }
    let probabilities = try inference.probabilities(
      inputs, upTo: CollapseGuard.inputsPerTask, head: lanes.head(ofTask: task), body.weights)
    collapseGuard!.noteExpert(probabilities, task: task)
  }

  /// Asks the fine-tuned models, with their own heads, where labelling has not done so. Collective.
  func noteExperts() throws {
    guard let watch = collapseGuard, !watch.knowsExperts else { return }
    for (task, source) in collection.request.models.enumerated() {
      try publishTask(task)
      try noteExpert(task, try collection.adaptInputs(source))
    }
  }

  /// Looks whether tasks have collapsed; keeps the state where none has. Collective.
  ///
  /// Every rank gets the same probabilities, and comes to the same end.
  func look(step: Int) throws {
    guard collapseGuard != nil else { return }
    let probabilities = try collection.request.models.enumerated().map { task, source in
      try inference.probabilities(
        try collection.adaptInputs(source), upTo: CollapseGuard.inputsPerTask, head: lanes.head(ofTask: task),
        body.weights)
    }
    let found = collapseGuard!.look(step: step, probabilities)
    for collapse in found {
      observe(.notice("task \(collapse.task) has collapsed at step \(collapse.step): \(collapse.reason)"))
    }
    guard collapseGuard!.record.hasCollapse else { return try save(isGood: true) }
    guard settings.onCollapse == .stop, !found.isEmpty else { return }
    findGood()
    guard try job.world.sum([good == nil ? 0 : 1])[0] > 0 else { return }
    try restore(good)
    try job.world.barrier()
    try rebuildAll()
  }

  /// Finds the state before the first collapse, on rank 0, where an earlier run has kept it.
  private func findGood() {
    guard good == nil, let step = collapseGuard?.record.lastGoodStep else { return }
    good = keeper?.goodCheckpoint(step: step, layout: layout, tasks: collection.taskCount).map {
      ($0.losses, $0.numbers)
    }
  }

  /// What was learnt before a task collapsed, on rank 0; nil where none did or learning has gone back to it.
  package var stateBeforeCollapse: LearnedState? {
    guard let record = collapseGuard?.record, record.hasCollapse, settings.onCollapse == .goOn else { return nil }
    findGood()
    return good.map { LearnedState(numbers: $0.numbers, layout: layout, collection: collection) }
  }
}
