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
      try keeper?.stopTogether("before the first step")
      try publishTask(task)
      try noteExpert(task, try collection.adaptInputs(source))
    }
  }

  /// Looks whether tasks have collapsed; keeps the state where none has, and goes back to it where the recipe wants that.
  /// Collective.
  ///
  /// Every rank gets the same probabilities, and comes to the same end.
  ///
  /// - Returns: whether the state was saved.
  @discardableResult
  func look(step: Int) throws -> Bool {
    guard collapseGuard != nil else { return false }
    let probabilities = try collection.request.models.enumerated().map { task, source in
      try inference.probabilities(
        try collection.adaptInputs(source), upTo: CollapseGuard.inputsPerTask, head: lanes.head(ofTask: task),
        body.weights)
    }
    let found: [GuardRecord.Collapse]
    do { found = try collapseGuard!.look(step: step, probabilities) } catch { throw job.agreedFailure(error) }
    for collapse in found {
      observe(.notice("task \(collapse.task) has collapsed at step \(collapse.step): \(collapse.reason)"))
    }
    guard collapseGuard!.record.hasCollapse else {
      guard CollapseGuard.isDue(step) else { return false }
      try save(isGood: true)
      return true
    }
    if settings.onCollapse == .stop { try goBack() }
    return false
  }

  /// Takes up the watch where a checkpoint has left it, behind `restore`. Collective.
  func resumeWatch() throws {
    guard collapseGuard != nil else { return }
    if losses.count < settings.steps, collapseGuard!.record.looks.last?.step == losses.count {
      collapseGuard!.record.forgetLast()
    }
    let record = collapseGuard!.record
    if record.hasCollapse {
      if settings.onCollapse == .stop { try goBack() }
    } else if record.looks.last?.step == losses.count, record.lastGoodStep == losses.count {
      // Whoever was killed between saving a state and calling it good has left the second to do.
      good = try gatherNumbers().map { (losses, $0) }
      keeper?.noteGood { observe(.notice($0)) }
    }
  }

  /// Goes back to the state before the first collapse. Collective.
  private func goBack() throws {
    findGood()
    guard try job.world.sum([good == nil ? 0 : 1])[0] > 0 else {
      throw job.agreedFailure(NoStateBeforeCollapse(tasks: collapseGuard!.record.collapsed))
    }
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

/// A task has collapsed, and the state before it is not there to go back to.
struct NoStateBeforeCollapse: Error, CustomStringConvertible {
  let tasks: [String]

  var description: String {
    "tasks have collapsed (\(tasks.joined(separator: ", "))), and the state before was not kept; go on with "
      + "--set on_collapse=go_on, or begin again with --overwrite"
  }
}
