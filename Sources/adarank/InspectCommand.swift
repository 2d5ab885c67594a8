import ArgumentParser
import Checkpoints
import Communication
import Foundation
import Merging
import Reports
import Transformers

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Lists the tensors of a file of weights or a model folder.")

  @Argument(help: "A model folder, or a file of weights: .safetensors, .bin, .pt, .pth or .ckpt.")
  var path: String

  func run() throws {
    // Ranks that were started together would all say the same.
    guard World.launchedRank() == 0 else { return }
    let folder: ModelFolder
    do { folder = try ModelFolder(path: path) } catch { throw InputError(["\(error)"]) }
    if let configuration = folder.configuration, let name = folder.configurationFileName {
      do {
        let encoder = try Encoder(
          json: configuration, fileName: name, preprocessor: folder.preprocessor, names: folder.names)
        print(Self.description(encoder) + "\n")
      } catch { print("\(error)\n") }
    }
    let entries = folder.names.map { folder[$0]! }
    let rows = entries.map { [$0.name, $0.elementType.rawValue, "\($0.shape)", Numbers.bytes($0.byteCount)] }
    print(TextTable(header: ["tensor", "type", "shape", "size"], rows: rows).text)
    let elements = entries.reduce(0) { $0 + $1.elementCount }
    print(
      "\n\(Numbers.counted(entries.count, "tensor")), \(elements) elements, \(Numbers.bytes(entries.reduce(0) { $0 + $1.byteCount })) in "
        + "\(Numbers.counted(folder.files.count, "file"))")
  }

  private static func description(_ encoder: Encoder) -> String {
    switch encoder.input {
    case .pictures(.clip(let tower)):
      "CLIP vision tower (\(tower.naming == .huggingFace ? "Hugging Face" : "OpenCLIP") names): \(tower.layers) "
        + "layers, width \(tower.width), \(tower.heads) heads, MLP \(tower.mlpWidth), images of \(tower.imageSize), "
        + "patches of \(tower.patchSize), features of \(tower.featureWidth), \(tower.activation.rawValue)"
    case .pictures(.vit(let tower)):
      "\(tower.family.rawValue) vision tower: \(tower.layers) layers, width \(tower.width), \(tower.heads) heads, MLP "
        + "\(tower.mlpWidth), images of \(tower.pictures.imageSize), patches of \(tower.pictures.patchSize), features of "
        + "\(tower.featureWidth), \(tower.activation.rawValue)"
    case .text(let text):
      "\(text.family.rawValue) text encoder: \(text.layers) layers, width \(text.width), \(text.heads) heads, MLP "
        + "\(text.mlpWidth), \(text.vocabulary) tokens, texts of up to \(text.mostTokens), \(text.activation.rawValue)"
    }
  }
}
