import Communication

/// Proves, in the components exchange, that every node factors task vectors into the same components: what nodes find out
/// about component k is added up, so k must be the same everywhere.
package enum FactorDigest {
  /// Compares the nodes' singular values and their first singular vectors. Collective.
  ///
  /// Nodes with copies of files that differ, or with another BLAS kernel, differ in these already.
  ///
  /// - Throws: `DriftError` on every rank where two nodes differ.
  package static func compare(_ shares: [OwnedShare], collection: Collection, job: Job) throws {
    let tasks = collection.taskCount
    var digests = [Int](repeating: 0, count: collection.tensors.count * tasks)
    for owned in shares {
      for (task, components) in zip(owned.share.tasks, owned.components) {
        let vectors = [components.left.rows(0..<1), components.right.rows(0..<1)].map { row in
          BodyDigest.digest(UnsafeRawBufferPointer(UnsafeBufferPointer(start: row[row: 0], count: row.columns)))
        }
        digests[owned.share.tensor * tasks + task] =
          vectors.reduce(components.values.withUnsafeBytes(BodyDigest.digest)) { $0 &* 31 &+ $1 }
      }
    }
    try BodyDigest.compare(digests, job: job) { place, node in
      let (tensor, task) = place.quotientAndRemainder(dividingBy: tasks)
      return DriftError(
        what: "singular components of \(collection.tensors[tensor].name), "
          + "model \(collection.request.models[task].task),",
        node: node, when: "after factoring",
        cause: "all nodes need the same files, and one kind of processor with one OpenBLAS; 'exchange: dense' factors "
          + "everything once")
    }
  }
}
