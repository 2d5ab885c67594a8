import Checkpoints
import Foundation
import LinearAlgebra
import Transformers

/// Where a task's classifier is kept: a file with `weight` [K, C] and, where there is one, `bias` [K]; of all encoders but
/// CLIP's the fine-tuned checkpoint itself, or a file with its names.
package struct TaskHead {
  /// The file's or the model folder's.
  package let path: String
  private let reader: ModelFolder
  private let featureWidth: Int
  private let classifier: String
  private let dense: String?

  /// Where a task's head is looked for.
  package static func path(of source: ModelSource, _ encoder: Encoder?) -> String {
    let isOwnFile = source.headIsExplicit || FileManager.default.fileExists(atPath: source.head)
    return isOwnFile || encoder?.checkpointHead == nil ? source.head : source.model
  }

  /// Whether there is anything of that name; a model's folder may still be without a classifier.
  package static func isPresent(_ source: ModelSource, _ encoder: Encoder?) -> Bool {
    let path = path(of: source, encoder)
    guard FileManager.default.fileExists(atPath: path) else { return false }
    guard path == source.model, let head = encoder?.checkpointHead else { return true }
    return (try? ModelFolder(path: path))?[head.classifier + ".weight"] != nil
  }

  /// - Throws: `CheckpointError` where the file cannot be opened.
  package init(path: String, _ encoder: Encoder) throws {
    let reader = try ModelFolder(path: path)
    self.path = path
    self.reader = reader
    featureWidth = encoder.featureWidth
    if let head = encoder.checkpointHead, head.dense != nil || reader["weight"] == nil {
      (classifier, dense) = (head.classifier + ".", head.dense.map { $0 + "." })
    } else {
      (classifier, dense) = ("", nil)
    }
  }

  /// The width of the features that the head is for; nil where there is none.
  var inputWidth: Int? {
    reader[classifier + "weight"].flatMap { $0.shape.count == 2 ? $0.shape[1] : nil }
  }

  /// Checks the head from its header.
  ///
  /// - Returns: K.
  /// - Throws: `InputError` that says what is wrong.
  @discardableResult
  package func check() throws -> Int {
    let name = classifier + "weight"
    guard let weight = reader[name] else {
      let hint = classifier.isEmpty ? "" : ": was it saved without its classifier? 'head' may name a file that has it"
      throw InputError(["\(path) has no '\(name)'\(hint)"])
    }
    guard weight.elementType.isFloatingPoint, weight.shape.count == 2, weight.shape[0] > 0 else {
      throw InputError([
        "\(path): '\(name)' is \(weight.elementType.rawValue) \(weight.shape); it must be a floating-point matrix "
          + "[classes, \(featureWidth)]"
      ])
    }
    guard weight.shape[1] == featureWidth else {
      throw InputError([
        "\(path): '\(name)' has shape \(weight.shape), but the model's features have width \(featureWidth); is this "
          + "head of another model?"
      ])
    }
    if let bias = reader[classifier + "bias"], bias.shape != [weight.shape[0]] || !bias.elementType.isFloatingPoint {
      throw InputError([
        "\(path): '\(classifier)bias' is \(bias.elementType.rawValue) \(bias.shape), but '\(name)' has "
          + "\(weight.shape[0]) classes"
      ])
    }
    guard let dense else { return weight.shape[0] }
    for (name, shape) in [("weight", [featureWidth, featureWidth]), ("bias", [featureWidth])] {
      guard let entry = reader[dense + name], entry.shape == shape, entry.elementType.isFloatingPoint else {
        let found = reader[dense + name].map { "is \($0.elementType.rawValue) \($0.shape)" } ?? "is missing"
        throw InputError(["\(path): '\(dense)\(name)' \(found); it must be a floating-point tensor \(shape)"])
      }
    }
    return weight.shape[0]
  }

  /// The head's tensors by the names that its file has, or would have.
  ///
  /// - Throws: `InputError` where one holds a NaN or an infinity.
  package func tensors() throws -> [(name: String, tensor: Tensor)] {
    let names =
      [classifier + "weight", classifier + "bias"] + (dense.map { [$0 + "weight", $0 + "bias"] } ?? [])
    return try names.filter { reader[$0] != nil }.map { name in
      let tensor = try reader.tensor(name)
      let position = tensor.elements.withUnsafeBufferPointer { elements in
        elements.baseAddress.flatMap { firstNonFinite($0, count: elements.count) }
      }
      if position != nil { throw InputError(["\(path): '\(name)' holds a NaN or an infinity"]) }
      return (name, tensor)
    }
  }

  /// The head's tensors with other weights of the classifier.
  ///
  /// - Throws: as `tensors()` does.
  package func tensors(weight: Tensor) throws -> [(name: String, tensor: Tensor)] {
    try tensors().map { $0.name == classifier + "weight" ? ($0.name, weight) : $0 }
  }

  /// - Throws: `InputError` where it holds a NaN or an infinity.
  package func read(_ encoder: Encoder) throws -> Head {
    let tensors = Dictionary(uniqueKeysWithValues: try tensors().map { ($0.name, $0.tensor) })
    let input: Head.Input =
      if let dense {
        .dense(weight: tensors[dense + "weight"]!, bias: tensors[dense + "bias"]!)
      } else {
        encoder.checkpointHead == nil ? .normalized : .plain
      }
    return Head(weight: tensors[classifier + "weight"]!, bias: tensors[classifier + "bias"], input: input)
  }
}
