import Checkpoints
import Foundation
import Merging
import Recipes
import Reports
import Transformers

/// Everything of the output folder but the weights.
struct MergedFolder {
  let merge: Merge
  let recipe: Recipe

  /// Whether a whole output of a recipe lies at a path.
  ///
  /// - Parameters:
  ///   - checkpoint: what an unfinished run has left; nil: nothing.
  ///   - overwrite: whether an output shall be replaced.
  static func exists(at path: String, of recipe: Recipe, checkpoint: String?, overwrite: Bool) -> Bool {
    let json = FileManager.default.contents(atPath: path + "/report.json")
    guard let report = json.flatMap({ try? MergeReport(json: $0) }) else { return false }
    // A run that was killed between its last two moves has left a checkpoint, and this output is its own.
    if let checkpoint { return report.run != nil && (try? RunKeeper.run(of: checkpoint)) == report.run }
    return !overwrite && report.recipeSha256 == MergeReport.digest(recipe: recipe.outcome)
  }

  /// Writes what a user of the model needs beside its weights.
  func complete(_ folder: OutputFolder) throws {
    let collection = merge.collection
    var report = merge.report
    report.recipeSha256 = MergeReport.digest(recipe: recipe.outcome)
    let base = collection.base
    if let configuration = base.configuration, let name = base.configurationFileName {
      try folder.write(withOutputType(configuration), as: name)
    }
    for file in base.companionFiles {
      try folder.write(try Data(contentsOf: URL(fileURLWithPath: base.path + "/" + file)), as: file)
    }
    let headed = collection.request.models.filter { source in
      TaskHead.isPresent(source, collection.encoder) || (source.prompts != nil && collection.encoder != nil)
    }
    for (task, source) in collection.request.models.enumerated() where headed.contains(source) {
      try write(headOf: source, learned: merge.learnedHeads?[task], to: folder)
    }
    if let state = merge.state {
      try SafetensorsWriter.writeFile(
        folder.path(of: LearnedState.fileName), tensors: state.namedTensors, metadata: state.metadata)
    }
    if let state = merge.stateBeforeCollapse {
      try SafetensorsWriter.writeFile(
        folder.path(of: "adarank_state_before_collapse.safetensors"), tensors: state.namedTensors,
        metadata: state.metadata)
    }
    if let components = merge.components {
      try SafetensorsWriter.writeFile(
        folder.path(of: ComponentTable.fileName), tensors: components.namedTensors, metadata: components.metadata)
    }
    let yaml = recipe.yaml(choosing: report.search)
    try folder.write(Data(yaml.utf8), as: "recipe.yaml")
    if let picture = LossPicture.document(report) { try folder.write(Data(picture.utf8), as: LossPicture.fileName) }
    let card = ModelCard(
      report, request: collection.request, loading: loading, heads: headed.map(\.task),
      hasComponents: merge.components != nil, identifiers: identifiers)
    try folder.write(Data(card.markdown.utf8), as: "README.md")
    report.files = try digests(of: folder)
    let run = MergedRun(
      name: folder.path, report: report, components: merge.components,
      coefficients: merge.state.map { ComponentTable(coefficientsOf: $0) }, recipe: yaml)
    try folder.write(Data(ReportPage(run).html.utf8), as: ReportPage.fileName)
    report.files?[ReportPage.fileName] = try FileDigest(of: folder.path(of: ReportPage.fileName)).sha256
    try folder.write(try report.json, as: "report.json")
  }

  /// Of all files that are written so far.
  private func digests(of folder: OutputFolder) throws -> [String: String] {
    var digests: [String: String] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.temporaryPath) {
      let path = "\(folder.temporaryPath)/\(name)"
      guard try FileKind(path: path) == .regularFile else { continue }
      digests[name] = try FileDigest(of: path).sha256
    }
    return digests
  }

  /// A file of its own is copied as it is; a head in a checkpoint, and one that was made or learnt, gets one.
  private func write(headOf source: ModelSource, learned: Head?, to folder: OutputFolder) throws {
    let name = "heads/\(source.task).safetensors"
    if source.prompts != nil {
      let head = try learned ?? merge.collection.head(source)
      try folder.write(Data(), as: name)
      return try SafetensorsWriter.writeFile(
        folder.path(of: name), tensors: [NamedTensor(name: "weight", tensor: head.weight)])
    }
    let (path, encoder) = (TaskHead.path(of: source, merge.collection.encoder), merge.collection.encoder)
    guard let encoder, path == source.model || learned != nil else {
      return try folder.write(try Data(contentsOf: URL(fileURLWithPath: path)), as: name)
    }
    let head = try TaskHead(path: path, encoder)
    let tensors = try learned.map { try head.tensors(weight: $0.weight) } ?? head.tensors()
    try folder.write(Data(), as: name)
    try SafetensorsWriter.writeFile(
      folder.path(of: name), tensors: tensors.map { NamedTensor(name: $0.name, tensor: $0.tensor) })
  }

  /// What base and models are called on the Hub: what their configurations say they were loaded from.
  private var identifiers: [String] {
    var known: Set<String> = []
    return ([merge.collection.base] + merge.collection.tasks).compactMap { folder in
      guard let configuration = folder.configuration,
        let object = try? JSONSerialization.jsonObject(with: configuration) as? [String: Any],
        let name = object["_name_or_path"] as? String, name.wholeMatch(of: /[\w.-]+\/[\w.-]+/) != nil
      else { return nil }
      return known.insert(name).inserted ? name : nil
    }
  }

  private var loading: ModelCard.Loading {
    guard let encoder = merge.collection.encoder else { return .unknown }
    guard case .pictures(.clip(let configuration)) = encoder.input else {
      if case .pictures = encoder.input { return .autoModel(takesPictures: true) }
      return .autoModel(takesPictures: false)
    }
    switch configuration.naming {
    case .openCLIP: return .openCLIP
    case .huggingFace: return .huggingFace(projects: configuration.projectionWidth != nil)
    }
  }

  /// The base's configuration with the element type that the weights have now. Everything else keeps its spelling: readers
  /// tell `1.0` from `1`.
  private func withOutputType(_ configuration: Data) -> Data {
    let type = merge.collection.request.outputType
    guard type != .base, merge.collection.base.configurationFileName == "config.json" else { return configuration }
    let text = String(decoding: configuration, as: UTF8.self)
    let changed = text.replacing(/("(?:torch_)?dtype"\s*:\s*)(?:null|"[^"]*")/) { "\($0.output.1)\"\(type.rawValue)\"" }
    return Data(changed.utf8)
  }
}
