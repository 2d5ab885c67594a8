import Merging

/// The base model and the models that are merged.
extension RecipeReader {
  mutating func readBaseModel(_ recipe: [SourceNode.Entry], of root: SourceNode) -> String? {
    guard let entry = recipe.given("base_model") else {
      if !modelsAreReported { findings.append(root.source.finding("base_model is missing")) }
      return nil
    }
    return attempt(try entry.value.path("base_model"))
  }

  /// - Returns: the models that are right; there are findings on the others.
  mutating func readModels(
    _ recipe: [SourceNode.Entry], of root: SourceNode, method: MergeMethod?
  ) -> [ModelSource] {
    guard let entry = recipe.given("models") else {
      if !modelsAreReported { findings.append(root.source.finding("models is missing")) }
      return []
    }
    let nodes = attempt(try entry.value.elements("models"))
    if nodes?.isEmpty == true { findings.append(entry.value.source.finding("models must name at least one model")) }
    var places: [String: Source] = [:]
    let known = findings.count
    let models = (nodes ?? []).compactMap { readModel($0, method: method, places: &places) }
    let divides = method == .average || (method != nil && settings.normalizes == true)
    if divides, findings.count == known, !models.isEmpty {
      checkSum(of: models.map(\.weight), at: entry.value.source)
    }
    return models
  }

  /// - Parameter weights: what the average divides by the sum of, in single precision.
  private mutating func checkSum(of weights: [Double], at place: Source) {
    let sum = weights.reduce(0 as Float) { $0 + Float($1) }
    guard !sum.isFinite || !(1 / sum).isFinite else { return }
    findings.append(place.finding("the merge divides by the sum of the models' weights, which is \(sum)"))
  }

  /// - Parameter places: of the tasks so far, by name.
  private mutating func readModel(
    _ node: SourceNode, method: MergeMethod?, places: inout [String: Source]
  ) -> ModelSource? {
    guard case .mapping(let entries) = node.content else {
      let example = if case .text(let text, _) = node.content, !node.isNull { text } else { "FOLDER" }
      findings.append(
        node.source.finding("a models entry must be a mapping, got \(node.summary); write `model: \(example)`"))
      return nil
    }
    checkKeys(
      of: entries, known: KnownKeys.model, place: "in a models entry",
      elsewhere: KnownKeys.modelParameters, "under the entry's own parameters")

    let model = optionalPath("model", in: entries)
    if entries.given("model") == nil { findings.append(node.source.finding("model is missing in a models entry")) }
    let task = readTask(entries, model: model, places: &places)
    let head = optionalPath("head", in: entries)
    let adapt = optionalPath("adapt", in: entries)
    if let method, method.learns || settings.searches, entries.given("adapt") == nil {
      let name = task.map { " for task '\($0)'" } ?? ""
      let use = method.learns ? "\(method.rawValue) learns" : "auto chooses"
      findings.append(node.source.finding("\(use) on unlabelled inputs: adapt is missing\(name)"))
    }
    let evaluate = optionalPath("evaluate", in: entries)
    let weight = readWeight(entries, method: method)

    let prompts = readPrompts(entries, head: head)
    let columns = readColumns(entries)
    let metric = readMetric(entries, isMeasured: evaluate != nil)

    guard let model, let task else { return nil }
    var source = ModelSource(
      model: model, task: task, head: head ?? ModelPath.folder(of: model) + "/head.safetensors",
      headIsExplicit: head != nil, adapt: adapt, evaluate: evaluate, weight: weight)
    source.prompts = prompts
    source.columns = columns
    source.metric = metric
    return source
  }

  private mutating func optionalPath(_ key: String, in entries: [SourceNode.Entry]) -> String? {
    guard let entry = entries.given(key) else { return nil }
    return attempt(try entry.value.path(key))
  }

  /// - Parameter model: the model, whose folder's name is the task's by default.
  private mutating func readTask(
    _ entries: [SourceNode.Entry], model: String?, places: inout [String: Source]
  ) -> String? {
    let given = entries.given("task")
    guard let source = (given ?? entries.given("model"))?.value.source else { return nil }
    let name = if let given { attempt(try given.value.text("task")) } else { model.map(TaskName.ofModel) }
    guard let name else { return nil }
    if let problem = TaskName.problem(with: name) {
      let remedy = given == nil ? " (the folder's name; give a task)" : ""
      findings.append(source.finding("task '\(name)' \(problem)\(remedy)"))
      return nil
    }
    if let first = places.updateValue(source, forKey: name) {
      places[name] = first
      let remedy = given == nil ? " (this is the folder's name; give a task)" : ""
      findings.append(
        source.finding("task '\(name)' is that of \(first.reference) too; tasks must be distinct\(remedy)"))
      return nil
    }
    return name
  }

  private mutating func readWeight(_ entries: [SourceNode.Entry], method: MergeMethod?) -> Double {
    guard let parameters = entries.given("parameters"),
      let keys = attempt(try parameters.value.entries("parameters of a models entry"))
    else { return 1 }
    checkKeys(of: keys, known: KnownKeys.modelParameters, place: "under parameters of a models entry")
    guard let entry = keys.given("weight"),
      let weight = attempt(try ValueKind<Double>.number.read(entry.value, "weight"))
    else { return 1 }
    if let method, method.learns, weight != 1 {
      findings.append(
        entry.value.source.finding(
          "weight must be 1.0 with \(method.rawValue), got \(weight): weights are for static methods, λ is learnt"))
    }
    return weight
  }
}
