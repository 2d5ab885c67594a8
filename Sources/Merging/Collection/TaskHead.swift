import Checkpoints
import LinearAlgebra
import Transformers

/// Reads a task's classifier.
package enum TaskHead {
  /// Checks a head from its header: `weight` [K, C] and, where there is one, `bias` [K].
  ///
  /// - Returns: K.
  /// - Throws: `InputError` that says what is wrong; `CheckpointError` where the file is.
  @discardableResult
  package static func check(path: String, featureWidth: Int) throws -> Int {
    let file = try SafetensorsFile(path: path)
    guard let weight = file["weight"] else { throw InputError(["\(path) has no 'weight'"]) }
    guard weight.elementType.isFloatingPoint, weight.shape.count == 2, weight.shape[0] > 0 else {
      throw InputError([
        "\(path): 'weight' is \(weight.elementType.rawValue) \(weight.shape); it must be a floating-point matrix "
          + "[classes, \(featureWidth)]"
      ])
    }
    guard weight.shape[1] == featureWidth else {
      throw InputError([
        "\(path): 'weight' has shape \(weight.shape), but the model's features have width \(featureWidth); is this "
          + "head of another model?"
      ])
    }
    if let bias = file["bias"], bias.shape != [weight.shape[0]] || !bias.elementType.isFloatingPoint {
      throw InputError([
        "\(path): 'bias' is \(bias.elementType.rawValue) \(bias.shape), but 'weight' has \(weight.shape[0]) classes"
      ])
    }
    return weight.shape[0]
  }

  /// - Throws: `InputError` where it holds a NaN or an infinity.
  package static func read(path: String) throws -> Head {
    let file = try SafetensorsFile(path: path)
    let head = Head(weight: try file.tensor("weight"), bias: try file["bias"].map { _ in try file.tensor("bias") })
    for (name, tensor) in [("weight", head.weight), ("bias", head.bias ?? Tensor(zeros: [0]))] {
      let position = tensor.elements.withUnsafeBufferPointer { elements in
        elements.baseAddress.flatMap { firstNonFinite($0, count: elements.count) }
      }
      if position != nil { throw InputError(["\(path): '\(name)' holds a NaN or an infinity"]) }
    }
    return head
  }
}
