import Merging

/// Tables of made-up merges, of which it is known what was kept.
enum SampleTables {
  /// - Parameters:
  ///   - seed: tells one from another.
  ///   - rule: whether a component is kept, of its place and pull.
  static func table(
    seed: UInt64, tasks: Int = 2, blocks: Int = 5, components: Int = 24, keeps rule: (Int, Float) -> Bool
  ) -> ComponentTable {
    var state = seed &* 2 &+ 1
    func uniform() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 24)
    }
    let matrices = (0..<blocks).flatMap { block in
      ["self_attn.q_proj", "mlp.fc1"].map { kind -> ComponentTable.Matrix in
        let rows = 0..<tasks
        let scale = 0.5 + uniform()
        let pulls = rows.map { _ in (0..<components).map { _ in 2 * uniform() - 1 } }
        return ComponentTable.Matrix(
          name: "layers.\(block).\(kind).weight", rows: components, columns: components,
          singularValues: rows.map { _ in (0..<components).map { scale / Float(1 + $0) } },
          overlaps: rows.map { _ in (0..<components).map { _ in uniform() } }, pulls: pulls,
          isKept: pulls.map { pulls in pulls.enumerated().map { rule($0.offset, $0.element) } },
          coefficients: rows.map { _ in 0.3 })
      }
    }
    return ComponentTable(
      tasks: rows(tasks).map { "task \($0)" }, origin: .taskArithmetic, matrices: matrices)
  }

  private static func rows(_ count: Int) -> [Int] { Array(0..<count) }
}
