/// Parameters in the order in which they lie in memory.
struct ParameterList {
  var parameters: [EncoderParameter] = []
  /// Of the parameters that come next.
  var stage = 0

  /// - Returns: the parameter's index.
  mutating func append(
    _ name: String, _ shape: [Int], role: ParameterRole = .scaled, continuesPrevious: Bool = false
  ) -> Int {
    parameters.append(
      EncoderParameter(name, shape, role: role, stage: stage, continuesPrevious: continuesPrevious))
    return parameters.count - 1
  }

  mutating func appendNorm(
    _ name: String, _ width: Int, role: ParameterRole = .scaled
  ) -> (weight: Int, bias: Int) {
    (append(name + ".weight", [width], role: role), append(name + ".bias", [width], role: role))
  }

  /// - Parameter isTransposed: whether the weight is stored [in, out].
  mutating func appendLinear(
    _ name: String, _ out: Int, _ width: Int, isTransposed: Bool = false, role: ParameterRole = .masked
  ) -> (weight: Int, bias: Int) {
    (
      append(name + ".weight", isTransposed ? [width, out] : [out, width], role: role),
      append(name + ".bias", [out])
    )
  }

  /// Projections of queries, keys and values under names of their own, which lie in memory as one matrix.
  mutating func appendProjections(
    _ names: [String], width: Int, hasBiases: Bool = true
  ) -> (weights: [Int], biases: [Int]) {
    let weights = names.enumerated().map { place, name in
      append(name + ".weight", [width, width], role: .masked, continuesPrevious: place > 0)
    }
    let biases = (hasBiases ? names : []).enumerated().map { place, name in
      append(name + ".bias", [width], continuesPrevious: place > 0)
    }
    return (weights, biases)
  }
}
