import Transformers

/// A linear layer in a block of an encoder, as PEFT finds it: what gets one low-rank adapter of one rank.
///
/// `nn.MultiheadAttention`, which OpenCLIP's towers are made of, is one module to PEFT: its projections in and out have the
/// same rank.
package struct LoRAModule: Equatable, Sendable {
  /// A matrix with its bias, as places in the encoder's layout.
  package struct Part: Equatable, Sendable {
    package let weight: Int
    /// Nil for none.
    package let bias: Int?
    /// m.
    package let rows: Int
    /// n.
    package let columns: Int

    package var tensors: [Int] { [weight] + (bias.map { [$0] } ?? []) }
  }

  /// As in the checkpoint of a model without a classifier. PEFT finds it behind a classifier's prefix too.
  package let name: String
  /// What newer versions of `transformers` call it in memory, where they no longer keep to the checkpoint.
  package let alias: String?
  /// From 0.
  package let layer: Int
  package private(set) var parts: [Part]

  /// All that a file of ranks may call it.
  package var names: Set<String> { Set([name] + [alias].compactMap { $0 }) }

  /// The largest rank that an adapter can make use of: min(m, n).
  package var largestRank: Int { parts.map { min($0.rows, $0.columns) }.min()! }

  /// The parameters of an adapter for each unit of rank: m + n.
  package var parametersPerRank: Int { parts.reduce(0) { $0 + $1.rows + $1.columns } }

  /// Its name behind the block's number: `attention.self.query`.
  package var kind: String { BlockedName(name).kind }

  /// Those of an encoder's blocks, in the order of its parameters.
  package static func all(of encoder: Encoder) -> [LoRAModule] {
    var modules: [LoRAModule] = []
    for (index, parameter) in encoder.layout.parameters.enumerated()
    where (1...encoder.layers).contains(parameter.stage) && parameter.shape.count == 2 {
      let bias = parameter.name.hasSuffix("weight") ? String(parameter.name.dropLast(6)) + "bias" : ""
      let part = Part(
        weight: index, bias: encoder.layout.index(of: bias), rows: parameter.shape[0], columns: parameter.shape[1])
      let name = name(ofTensor: parameter.name, encoder)
      if let last = modules.last, name == last.name + ".out_proj" {
        modules[modules.count - 1].parts.append(part)
      } else {
        modules.append(
          LoRAModule(name: name, alias: alias(of: name, encoder), layer: parameter.stage - 1, parts: [part]))
      }
    }
    return modules
  }

  /// The module that a matrix is the weight of.
  private static func name(ofTensor tensor: String, _ encoder: Encoder) -> String {
    var name = withoutPrefix(tensor, encoder)
    for ending in [".weight", ".in_proj_weight"] where name.hasSuffix(ending) { name.removeLast(ending.count) }
    return name
  }

  /// ViT and DINOv2 since `transformers` 5 have the layers of other vision models.
  private static func alias(of name: String, _ encoder: Encoder) -> String? {
    guard case .pictures(.vit(let configuration)) = encoder.input else { return nil }
    let others = [
      "attention.attention.query": "attention.q_proj", "attention.attention.key": "attention.k_proj",
      "attention.attention.value": "attention.v_proj", "attention.output.dense": "attention.o_proj",
      "intermediate.dense": "mlp.fc1", "output.dense": "mlp.fc2",
    ]
    let parts = name.split(separator: ".")
    let kind = parts.dropFirst(3).joined(separator: ".")
    return (configuration.family == .vit ? "layers" : "encoder.layer") + ".\(parts[2])." + (others[kind] ?? kind)
  }

  /// A name without what a model with a classifier puts before all names.
  static func withoutPrefix(_ name: String, _ encoder: Encoder) -> String {
    guard let prefix = encoder.prefix?.withClassifier, name.hasPrefix(prefix) else { return name }
    return String(name.dropFirst(prefix.count))
  }
}
