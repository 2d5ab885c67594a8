import Merging
import Priors

/// The components of a finished merge, and an order that was learnt from such.
struct ComponentFiles: FuzzedReader {
  let name = "components"

  private static let matrices = ["layers.0.mlp.fc1.weight", "layers.1.self_attn.q_proj.weight"]

  func seeds() -> [Seed] {
    typealias Tensor = SafetensorsBuilder.Tensor
    func positive(_ name: String) -> Tensor {
      Tensor(name, "F32", [2, 3], [3, 1.5, 0.25, 2, 1, 0].flatMap { little(Float($0).bitPattern) })
    }
    let tensors = Self.matrices.flatMap { name in
      [
        positive("singular_values.\(name)"), positive("overlap.\(name)"), Tensor("pull.\(name)", floats: [2, 3]),
        Tensor("kept.\(name)", "U8", [2, 3], [1, 0, 1, 1, 1, 0]), Tensor("coefficients.\(name)", floats: [2]),
      ]
    }
    let shapes = Self.matrices.map { #"{\"name\":\"\#($0)\",\"rows\":4,\"columns\":3}"# }.joined(separator: ",")
    let table = SafetensorsBuilder.bytes(
      tensors,
      metadata: [
        ("format", "pt"), ("origin", "cart"), ("tasks", #"[\"alpha\",\"beta\"]"#), ("matrices", "[\(shapes)]"),
      ])
    let features = ComponentFeatures.count
    func doubles(_ name: String, _ shape: [Int]) -> Tensor {
      let count = shape.reduce(1, *)
      return Tensor(name, "F64", shape, (0..<count).flatMap { little((Double($0 % 7) / 3 - 1).bitPattern) })
    }
    let order = SafetensorsBuilder.bytes(
      [
        doubles("hidden.bias", [2]), doubles("input.weight", [features, 2, 2]), doubles("output.bias", [1]),
        doubles("output.weight", [2, 2]), doubles("scaling.factor", [features]), doubles("scaling.mean", [features]),
      ],
      metadata: [
        ("kind", "sortnet comparator"), ("version", "1"), ("kept_fraction", "0.5"),
        ("features", ComponentFeatures.names.joined(separator: "; ")),
      ])
    return [
      Seed(
        name: "components",
        files: [
          SeedFile("components.safetensors", table, .safetensors), SeedFile("order.safetensors", order, .safetensors),
        ])
    ]
  }

  func read(_ folder: String) throws -> Digest {
    let table = try ComponentTable(path: folder)
    let order = try ComponentOrder(path: "\(folder)/order.safetensors")
    for matrix in table.matrices {
      let counts = Set([matrix.singularValues, matrix.overlaps, matrix.pulls].flatMap { $0.map(\.count) })
      guard counts.count <= 1, matrix.isKept.map(\.count) == matrix.pulls.map(\.count) else {
        throw Violation("\(matrix.name) has components of which something is missing")
      }
    }
    guard ComponentFeatures(table).values.allSatisfy(\.isFinite) else {
      throw Violation("a component has a feature that is no number")
    }
    var digest = Digest()
    digest.add("\(table)")
    digest.add(order.order(table).count)
    digest.add("\(order.maskLogits(table).sorted { $0.key < $1.key })")
    return digest
  }
}
