import TestSupport
import Transformers

/// `ViTModel` or `Dinov2Model` in `Double`.
struct ReferenceViT: ReferenceEncoder {
  let configuration: ViTConfiguration
  var weights: [String: ReferenceTensor]

  private var prefix: String { configuration.prefix }
  private var isDINO: Bool { configuration.family == .dinov2 }

  func features(_ pixels: [Double]) -> ReferenceTensor {
    let embeddings = prefix + "embeddings."
    let projection = layer(embeddings + "patch_embeddings.projection")
    var x = ReferenceLayers.linear(
      patches(pixels, configuration.pictures), weight: projection.weight, bias: projection.bias)
    for j in 0..<x.columns { x[0, j] = weights[embeddings + "cls_token"]!.elements[j] }
    x = combine(x, positions(weights[embeddings + "position_embeddings"]!), +)
    for layer in 0..<configuration.layers {
      x = ReferenceLayers.block(
        x, block("\(prefix)encoder.layer.\(layer)."), heads: configuration.heads, activation: ReferenceLayers.gelu,
        epsilon: Double(configuration.epsilon))
    }
    let last = norm(prefix + "layernorm")
    x = ReferenceLayers.layerNorm(
      x, weight: last.weight, bias: last.bias, epsilon: Double(configuration.epsilon))
    guard configuration.joinsPatches else { return ReferenceLayers.rows(x, 0..<1) }
    var features = ReferenceTensor(zeros: [1, 2 * x.columns])
    for j in 0..<x.columns {
      features[0, j] = x[0, j]
      features[0, x.columns + j] = (1..<x.rows).reduce(0) { $0 + x[$1, j] } / Double(x.rows - 1)
    }
    return features
  }

  /// One row for each token.
  private func positions(_ stored: ReferenceTensor) -> ReferenceTensor {
    let (before, after, width) = (configuration.positionGrid, configuration.pictures.grid, configuration.width)
    let x = ReferenceTensor(shape: [before * before + 1, width], elements: stored.elements)
    guard before != after else { return x }
    var y = ReferenceTensor(zeros: [after * after + 1, width])
    for j in 0..<width { y[0, j] = x[0, j] }
    for row in 0..<after {
      for column in 0..<after {
        for (fromRow, a) in Self.weights(row, before: before, after: after) {
          for (fromColumn, b) in Self.weights(column, before: before, after: after) {
            for j in 0..<width {
              y[1 + row * after + column, j] += a * b * x[1 + fromRow * before + fromColumn, j]
            }
          }
        }
      }
    }
    return y
  }

  /// What each place on a side of the stored positions counts for a place among the new ones: the convolution's kernel
  /// over all places within its reach, those beyond the edge moved onto it.
  private static func weights(_ place: Int, before: Int, after: Int) -> [(Int, Double)] {
    let centre = (Double(place) + 0.5) * Double(before) / Double(after) - 0.5
    return (-3..<before + 3).compactMap { source in
      let d = abs(Double(source) - centre)
      guard d < 2 else { return nil }
      let a = -0.75
      let weight =
        d <= 1
        ? (a + 2) * d * d * d - (a + 3) * d * d + 1 : a * d * d * d - 5 * a * d * d + 8 * a * d - 4 * a
      return (min(max(source, 0), before - 1), weight)
    }
  }

  private func block(_ prefix: String) -> ReferenceBlockWeights {
    ReferenceBlockWeights(
      norm1: norm(prefix + (isDINO ? "norm1" : "layernorm_before")),
      qkv: fused(["query", "key", "value"].map { prefix + "attention.attention." + $0 }),
      output: layer(prefix + "attention.output.dense"),
      norm2: norm(prefix + (isDINO ? "norm2" : "layernorm_after")),
      expand: layer(prefix + (isDINO ? "mlp.fc1" : "intermediate.dense")),
      contract: layer(prefix + (isDINO ? "mlp.fc2" : "output.dense")),
      scales: isDINO
        ? (weights[prefix + "layer_scale1.lambda1"]!.elements, weights[prefix + "layer_scale2.lambda1"]!.elements)
        : nil)
  }
}
