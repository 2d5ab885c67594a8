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

  /// Writes what a user of the model needs beside its weights.
  func complete(_ folder: OutputFolder) throws {
    let (collection, report) = (merge.collection, merge.report)
    let base = collection.base
    if let configuration = base.configuration, let name = base.configurationFileName {
      try folder.write(withOutputType(configuration), as: name)
    }
    for file in base.companionFiles {
      try folder.write(try Data(contentsOf: URL(fileURLWithPath: base.path + "/" + file)), as: file)
    }
    let headed = collection.request.models.filter { FileManager.default.fileExists(atPath: $0.head) }
    for source in headed {
      try folder.write(
        try Data(contentsOf: URL(fileURLWithPath: source.head)), as: "heads/\(source.task).safetensors")
    }
    if let state = merge.state {
      try SafetensorsWriter.writeFile(
        folder.path(of: "adarank_state.safetensors"), tensors: state.namedTensors, metadata: state.metadata)
    }
    try folder.write(Data(recipe.yaml().utf8), as: "recipe.yaml")
    try folder.write(try report.json, as: "report.json")
    let card = ModelCard(report, request: collection.request, loading: loading, heads: headed.map(\.task))
    try folder.write(Data(card.markdown.utf8), as: "README.md")
  }

  private var loading: ModelCard.Loading {
    guard let configuration = merge.collection.tower?.configuration else { return .unknown }
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
