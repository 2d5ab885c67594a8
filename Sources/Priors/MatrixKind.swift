/// What a matrix does in a transformer, as far as its name tells: so that matrices of different architectures can be
/// compared.
package enum MatrixKind: Int, CaseIterable, Sendable {
  case query, key, value
  /// Query, key and value in one.
  case joined
  case attentionOutput
  /// Of the MLP: from the width to the hidden units, and back.
  case expansion, contraction
  case other

  /// - Parameter name: as Hugging Face's and OpenCLIP's checkpoints have it.
  package init(name: String) {
    let kinds: [(MatrixKind, [String])] = [
      (.query, ["q_proj", ".query"]), (.key, ["k_proj", ".key"]), (.value, ["v_proj", ".value"]),
      (.joined, ["in_proj", "c_attn", "qkv"]),
      (.attentionOutput, ["out_proj", "attn.c_proj", "attention.output"]),
      (.expansion, ["fc1", "c_fc", "intermediate", "weights_in"]),
      (.contraction, ["fc2", "mlp.c_proj", "output.dense", "weights_out"]),
    ]
    self = kinds.first { $0.1.contains { name.contains($0) } }?.0 ?? .other
  }
}
