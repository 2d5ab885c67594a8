import Foundation
import Transformers

/// What a merge puts on disks, known from headers alone, in bytes.
package struct SpacePlan: Codable, Equatable, Sendable {
  /// The output folder: weights in the output's type, heads, what was learnt, and a little for the rest.
  package let output: Int
  /// While it learns, beside the output: two checkpoints, the last whole one and the one that is being written. A component
  /// of a task has a logit and Adam's two moments, 24 bytes.
  package let checkpoints: Int
  /// In the cache: the singular components of all tasks.
  package let factors: Int

  /// Configuration, card, report and the like, and how file systems round.
  private static let rest = 1 << 16

  package init(_ collection: Collection) {
    let (request, tasks) = (collection.request, collection.taskCount)
    let carried = Set(collection.carried)
    let weights = collection.base.names.reduce(0) { sum, name in
      let entry = collection.base[name]!
      return sum
        + (carried.contains(name)
          ? entry.byteCount : entry.elementCount * collection.outputElementType(name).byteWidth)
    }
    let learnt = request.method.learns ? collection.body.map { collection.tensors[$0] } : []
    let components = tasks * learnt.reduce(0) { $0 + ($1.role == .masked ? $1.componentCount : 0) }
    let width = collection.encoder?.featureWidth ?? 0
    let classes = request.models.reduce(0) { $0 + ((try? collection.classCount($1)) ?? 0) }
    let dense = collection.encoder?.checkpointHead?.dense == nil ? 0 : tasks * width * (width + 1)
    // A line of the report for each step.
    let steps = (request.learning?.steps ?? 0) * tasks * 24
    let numbers = classes * (width + 1) + dense + components + learnt.count * tasks
    output = weights + numbers * MemoryLayout<Float>.stride + steps + Self.rest
    checkpoints = components > 0 ? 2 * (24 * components + Self.rest) : 0
    factors = Self.factors(collection)
  }

  /// Four bytes for each number of U [m, r], σ [r] and V [n, r].
  private static func factors(_ collection: Collection) -> Int {
    let (request, tasks) = (collection.request, collection.taskCount)
    let each: Int
    switch (request.method, request.learning?.origin) {
    case (.adarank, let origin?), (.adamerging, let origin?):
      guard request.learning!.needsComponents else { return 0 }
      each = origin == .isoCTS ? 1 : tasks
    case (.cart, _), (.tsvM, _): each = tasks
    // Of the sum of the task vectors alone.
    case (.isoC, _), (.isoCTS, _): each = 1
    default: return 0
    }
    return collection.tensors.reduce(0) { sum, tensor in
      guard tensor.role == .masked else { return sum }
      return sum + each * tensor.fullComponentCount * (tensor.rows + tensor.columns + 1) * MemoryLayout<Float>.stride
    }
  }
}
