import Checkpoints

/// The coefficients alone, of a merge that masks nothing: matrices by name, without components.
extension ComponentTable {
  package init(coefficientsOf state: LearnedState) {
    self.init(
      tasks: state.tasks, origin: state.origin,
      coefficients: state.tensors.filter { !$0.maskLogits.isEmpty }.map { tensor in
        (tensor.name, tensor.coefficients.map { Float($0) })
      })
  }

  /// - Parameters:
  ///   - path: of an `adarank_state.safetensors`.
  ///   - tasks: whose merge it belongs to.
  /// - Throws: `InputError` where it is damaged or of other tasks.
  package init(coefficientsIn path: String, tasks: [String]) throws {
    do {
      let file = try SafetensorsFile(path: path)
      guard let origin = file.metadata["origin"].flatMap(Origin.init) else {
        throw InputError(["\(path) names no origin; is it a merge's adarank_state.safetensors?"])
      }
      let matrices = file.entries.map(\.name).filter { $0.hasPrefix("logits.") }
      let coefficients = try matrices.map { entry -> (String, [Float]) in
        let name = String(entry.dropFirst("logits.".count))
        let values = try file.tensor("coefficients." + name).elements
        guard values.count == tasks.count, values.allSatisfy(\.isFinite) else {
          throw InputError(["\(path): 'coefficients.\(name)' is no tensor of \(tasks.count) numbers"])
        }
        return (name, values)
      }
      self.init(tasks: tasks, origin: origin, coefficients: coefficients)
    } catch let error as CheckpointError { throw InputError(["\(error)"]) }
  }

  private init(tasks: [String], origin: Origin, coefficients: [(name: String, values: [Float])]) {
    let none = [[Float]](repeating: [], count: tasks.count)
    self.init(
      tasks: tasks, origin: origin,
      matrices: coefficients.sorted { $0.name < $1.name }.map { matrix in
        Matrix(
          name: matrix.name, rows: 0, columns: 0, singularValues: none, overlaps: none, pulls: none,
          isKept: none.map { _ in [] }, coefficients: matrix.values)
      })
  }
}
