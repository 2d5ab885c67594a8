import Checkpoints
import Foundation
import Merging
import SortNet

/// An order of singular components, learnt from finished merges: the ones that a merge is likely to keep come first.
///
/// It knows nothing of inputs, so it can order the components of another collection before any is seen: a prior for the
/// masks.
package struct ComponentOrder: Sendable {
  package let model: RankingModel
  /// The share of components that the merges kept that it learnt from.
  package let keptFraction: Double

  package init(model: RankingModel, keptFraction: Double) {
    self.model = model
    self.keptFraction = keptFraction
  }

  /// The merges' matrices in two parts: every fifth one validates.
  package static func split(
    _ tables: [ComponentTable]
  ) -> (training: [(table: ComponentTable, matrices: [Int])], validation: [(table: ComponentTable, matrices: [Int])]) {
    func part(_ isValidation: Bool) -> [(table: ComponentTable, matrices: [Int])] {
      tables.map { table in (table, table.matrices.indices.filter { ($0 % 5 == 4) == isValidation }) }
    }
    return (part(false), part(true))
  }

  /// Learns from finished merges.
  ///
  /// - Throws: `InputError` where there is nothing to learn from them.
  package init(
    learningFrom tables: [ComponentTable], settings: TrainingSettings,
    progress: (IncrementalTraining.Round) -> Void = { _ in }
  ) throws {
    let parts = Self.split(tables)
    let (training, validation) = (RankingData(parts.training), RankingData(parts.validation))
    guard training.hasPairs, validation.hasPairs else {
      throw InputError([
        "there is nothing to learn from: the merges kept all of their components or none, or have fewer than five matrices"
      ])
    }
    model = IncrementalTraining(training: training, validation: validation, settings: settings).run(progress).model
    let outcomes = tables.flatMap { $0.outcomes() }
    keptFraction = Double(outcomes.count { $0 }) / Double(outcomes.count)
  }

  /// A table's components, most likely kept first, as places in the order of `ComponentFeatures`.
  package func order(_ table: ComponentTable) -> [Int] {
    let data = RankingData([(table, Array(table.matrices.indices))])
    return model.ranking(0..<data.count, of: data).order
  }

  /// Mask logits to begin a merge with, by matrix [T][r].
  ///
  ///     ℓ = 0.1 · clamp((cut − place) / (n/4), −1, 1)
  ///
  /// n components, of which `keptFraction` are above the cut; ±0.1 is what masks begin with anyhow. What lies near the cut is
  /// closer to 0, and sooner learnt to be otherwise.
  package func maskLogits(_ table: ComponentTable) -> [String: [[Double]]] {
    let order = order(table)
    let cut = (keptFraction * Double(order.count)).rounded()
    var logits = [Double](repeating: 0, count: order.count)
    for (place, component) in order.enumerated() {
      let distance = (cut - Double(place) - 0.5) / (Double(order.count) / 4)
      logits[component] = 0.1 * min(1, max(-1, distance))
    }
    var rest = logits[...]
    return Dictionary(
      uniqueKeysWithValues: table.matrices.map { matrix in
        let rows = matrix.singularValues.map { values -> [Double] in
          defer { rest = rest.dropFirst(values.count) }
          return Array(rest.prefix(values.count))
        }
        return (matrix.name, rows)
      })
  }
}

extension ComponentOrder {
  private static let keptKey = "kept_fraction"
  private static let featuresKey = "features"

  /// - Throws: `InputError` where the file is no order of components.
  package init(path: String) throws {
    do {
      let model = try RankingModel(path: path)
      let metadata = try SafetensorsFile(path: path).metadata
      guard metadata[Self.featuresKey] == Self.features, model.comparator.featureCount == ComponentFeatures.count,
        let kept = metadata[Self.keptKey].flatMap(Double.init), (0...1).contains(kept)
      else { throw InputError(["\(path): is not an order of components that 'order train' wrote"]) }
      self.init(model: model, keptFraction: kept)
    } catch let error as InputError { throw error } catch { throw InputError(["\(error)"]) }
  }

  /// Writes a safetensors file.
  ///
  /// - Throws: `CheckpointError` where it cannot be written.
  package func write(to path: String) throws {
    try model.write(to: path, notes: [Self.keptKey: "\(keptFraction)", Self.featuresKey: Self.features])
  }

  private static var features: String { ComponentFeatures.names.joined(separator: "; ") }
}
