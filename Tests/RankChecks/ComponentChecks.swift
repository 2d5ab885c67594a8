import Checkpoints
import Communication
import Foundation
import LinearAlgebra
import Merging

/// What components are said to be like, against the definitions, in double precision and from the files. Prints a digest of
/// the table, which must be the same for every number of ranks.
enum ComponentChecks {
  static func run(_ context: CheckContext) throws {
    for (name, family, origin) in [
      ("adarank_ta", "clip", Origin.taskArithmetic), ("adarank_cart", "openclip", .cart),
      ("adarank_ta", "openclip", .taskArithmetic), ("adarank_ta", "clip", .tsvM),
      ("adarank_ta", "openclip", .isoCTS),
    ] {
      for ranksPerNode in [nil, 1] as [Int?] {
        let job = try Job(world: context.world, ranksPerNode: ranksPerNode)
        var merge = FixtureMerge(name, family: family, fixtures: context.fixtures, steps: 12)
        merge.request.learning!.origin = origin
        let run = try merge.learn(job: job, pool: context.pool(threads: 2))
        let (state, found) = (try run.state(), try run.components(run.state()))
        context.verdict.expect((found != nil) == job.isCoordinator, "\(family): a table on rank 0 alone")
        guard let table = found else { continue }
        let what = "\(family) \(origin)"
        context.verdict.expect(
          table.tasks == FixtureMerge.tasks && table.origin == origin, "\(what): tasks and origin")
        var kept = 0
        for matrix in table.matrices { kept += matrix.isKept.reduce(0) { $0 + $1.count { $0 } } }
        context.verdict.expectEqual(kept, state.kept, "\(what): kept")
        try compare(table, origin, merge.request, context, what)
        let file = try digest(table, context)
        context.say("digest components \(what) \(file)")
      }
    }
  }

  private static func compare(
    _ table: ComponentTable, _ origin: Origin, _ request: MergeRequest, _ context: CheckContext, _ what: String
  ) throws {
    let base = try ModelFolder(path: request.base)
    let models = try request.models.map { try ModelFolder(path: $0.model) }
    let count = models.count
    for matrix in table.matrices {
      let (m, n) = (matrix.rows, matrix.columns)
      func values(_ folder: ModelFolder) throws -> [Double] {
        try folder.tensor(matrix.name).elements.map(Double.init)
      }
      let tuned = try models.map(values)
      let start =
        origin == .cart
        ? (0..<m * n).map { place in tuned.reduce(0) { $0 + $1[place] } / Double(count) } : try values(base)
      let vectors = tuned.map { zip($0, start).map { $0 - $1 } }
      // The components of joined origins are those of no task vector.
      for task in 0..<count where !origin.joinsTasks {
        let factors = try SingularValueDecomposition(
          Tensor(shape: [m, n], elements: vectors[task].map { Float($0) }), name: matrix.name)
        // The last components of so small a matrix may be noise, whose directions mean nothing.
        let largest = factors.values[0]
        for k in matrix.singularValues[task].indices where factors.values[k] > 1e-3 * largest {
          let u = (0..<m).map { Double(factors.left.elements[k * m + $0]) }
          let v = (0..<n).map { Double(factors.right.elements[k * n + $0]) }
          var (pull, overlap) = (0.0, 0.0)
          for other in 0..<count where other != task {
            let a = vectors[other]
            let right = (0..<m).map { row in (0..<n).reduce(0.0) { $0 + a[row * n + $1] * v[$1] } }
            let left = (0..<n).map { column in (0..<m).reduce(0.0) { $0 + a[$1 * n + column] * u[$1] } }
            pull += zip(u, right).reduce(0) { $0 + $1.0 * $1.1 }
            let energy = (n <= m ? right : left).reduce(0) { $0 + $1 * $1 }
            overlap += energy / a.reduce(0) { $0 + $1 * $1 } * Double(min(m, n)) / Double(count - 1)
          }
          context.verdict.expect(
            abs(Double(matrix.singularValues[task][k] - factors.values[k])) <= 1e-5 * Double(largest),
            "\(what): σ of \(matrix.name), \(task), \(k)")
          context.verdict.expect(
            abs(Double(matrix.pulls[task][k]) - pull) <= 1e-3 * Double(largest),
            "\(what): pull of \(matrix.name), \(task), \(k): \(matrix.pulls[task][k]), wanted \(pull)")
          context.verdict.expect(
            abs(Double(matrix.overlaps[task][k]) - overlap) <= 2e-3 * (1 + overlap),
            "\(what): overlap of \(matrix.name), \(task), \(k): \(matrix.overlaps[task][k]), wanted \(overlap)")
        }
      }
    }
  }

  /// The table as it is written, read back and digested; on rank 0.
  private static func digest(_ table: ComponentTable, _ context: CheckContext) throws -> String {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("table-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    try SafetensorsWriter.writeFile(url.path, tensors: table.namedTensors, metadata: table.metadata)
    context.verdict.expect(try ComponentTable(path: url.path) == table, "read back")
    return try FileDigest(of: url.path).sha256
  }
}
