import Communication
import LinearAlgebra

/// Finds out what a merge's components were like before anything was learnt, each owner those of its shares.
///
/// Task vectors are read from their files once more, two at a time; the work is about that of three steps' mask gradients.
struct ComponentSurvey: Sendable {
  let collection: Collection
  let ownership: Ownership
  let pool: WorkerPool

  /// What is found of a share.
  struct Found: Sendable {
    /// [tasks of the share][r].
    var overlaps: [[Float]] = []
    var pulls: [[Float]] = []
  }

  /// In the order of the shares; those without components are left out.
  ///
  /// - Parameter progress: told how many of this rank's shares are done.
  func run(progress: (_ done: Int, _ of: Int) throws -> Void) throws -> [Found] {
    let shares = ownership.shares.filter(\.hasComponents)
    let done = Counter()
    func watch() throws { try progress(done.value, shares.count) }
    return try pool.map(shares, meanwhile: watch) { share in
      defer { done.increment() }
      return try survey(share)
    }
  }

  private func survey(_ owned: OwnedShare) throws -> Found {
    let tensor = owned.tensor
    let isTall = tensor.rows >= tensor.columns
    let (short, long) = (min(tensor.rows, tensor.columns), max(tensor.rows, tensor.columns))
    let (vector, total) = (FloatStorage(count: tensor.count), FloatStorage(count: tensor.count))
    let gram = FloatStorage(count: short * short)
    let applied = FloatStorage(count: tensor.componentCount * long)
    // W·τ, whichever side is the shorter one: [short, long].
    func wide(_ storage: FloatStorage) -> MatrixView {
      let view = storage.matrix(rows: tensor.rows, columns: tensor.columns).view
      return isTall ? view.transposed : view
    }
    let start = try ownership.startOfTaskVectors(owned)
    var norms: [Double] = []
    for task in 0..<collection.taskCount {
      try ownership.readTaskVector(owned, task, from: start, into: vector.base)
      norms.append(dot(vector.base, vector.base, count: tensor.count))
      guard norms[task] > 0 else { continue }
      add(vector.base, times: 1, to: total.base, count: tensor.count)
      multiply(
        wide(vector), wide(vector).transposed, into: gram.matrix(rows: short, columns: short),
        scale: Float(1 / norms[task]), accumulating: true)
    }
    var found = Found()
    for (index, task) in owned.share.tasks.enumerated() {
      let components = owned.components[index]
      let (shorter, longer) =
        isTall ? (components.right, components.left) : (components.left, components.right)
      /// For each component: of A, its part along the component, and the square of what A makes of the shorter vector.
      func along(_ storage: FloatStorage) -> (parts: [Double], energies: [Double]) {
        let product = applied.matrix(rows: shorter.rows, columns: long)
        multiply(shorter, wide(storage), into: product)
        return (
          (0..<shorter.rows).map { dot(product[row: $0], longer[row: $0], count: long) },
          (0..<shorter.rows).map { dot(product[row: $0], product[row: $0], count: long) }
        )
      }
      let all = along(total).parts
      let product = applied.matrix(rows: shorter.rows, columns: short)
      multiply(shorter, gram.matrix(rows: short, columns: short).view, into: product)
      let shares = (0..<shorter.rows).map { dot(product[row: $0], shorter[row: $0], count: short) }
      try ownership.readTaskVector(owned, task, from: start, into: vector.base)
      let own = along(vector)
      let others = norms.enumerated().count { $0.offset != task && $0.element > 0 }
      found.pulls.append(zip(all, own.parts).map { Float($0 - $1) })
      found.overlaps.append(
        zip(shares, own.energies).map { share, energy in
          let rest = share - (norms[task] > 0 ? energy / norms[task] : 0)
          return others == 0 ? 0 : Float(max(0, rest) * Double(short) / Double(others))
        })
    }
    return found
  }
}

extension ComponentTable {
  /// Brings together what the owners found, on rank 0; nil elsewhere. Collective.
  ///
  /// - Parameter plan: how the job's ranks share out the tensors.
  init?(
    gathering found: [ComponentSurvey.Found], shares: [OwnedShare], state: LearnedState, collection: Collection,
    plan: ShardPlan, job: Job
  ) throws {
    let own = zip(shares.filter(\.hasComponents), found).flatMap { owned, found -> [Double] in
      let values = owned.components.flatMap(\.values).map(Double.init)
      return values + (found.overlaps + found.pulls).flatMap { $0.map(Double.init) }
    }
    guard var remaining = try job.world.gather(own)?.map({ $0[...] }) else { return nil }
    func take(_ count: Int, from rank: Int) -> [Double] {
      defer { remaining[rank] = remaining[rank].dropFirst(count) }
      return Array(remaining[rank].prefix(count))
    }
    func rows(_ rows: Int, _ columns: Int, from rank: Int) -> [[Float]] {
      (0..<rows).map { _ in take(columns, from: rank).map { Float($0) } }
    }
    let states = Dictionary(uniqueKeysWithValues: state.tensors.map { ($0.name, $0) })
    var matrices: [Matrix] = []
    for index in collection.body where collection.tensors[index].role == .masked {
      let tensor = collection.tensors[index]
      let state = states[tensor.name]!
      var matrix = Matrix(
        name: tensor.name, rows: tensor.rows, columns: tensor.columns, singularValues: [], overlaps: [], pulls: [],
        isKept: state.maskLogits.map { $0.map { $0 > 0 } }, coefficients: state.coefficients.map { Float($0) })
      for share in plan.shares[index] {
        let (tasks, components) = (share.tasks.count, tensor.componentCount)
        matrix.singularValues += rows(tasks, components, from: share.rank)
        matrix.overlaps += rows(tasks, components, from: share.rank)
        matrix.pulls += rows(tasks, components, from: share.rank)
      }
      matrices.append(matrix)
    }
    self.init(tasks: state.tasks, origin: collection.request.origin, matrices: matrices)
  }
}
