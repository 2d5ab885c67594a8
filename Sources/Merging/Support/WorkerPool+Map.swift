import LinearAlgebra
import Synchronization

extension WorkerPool {
  /// The results of `body` for each item, in the order of the items, computed on the workers.
  func map<Item: Sendable, Result: Sendable>(
    _ items: [Item], meanwhile: () throws -> Void = {}, _ body: @Sendable (Item) throws -> Result
  ) throws -> [Result] {
    let results = Mutex([Result?](repeating: nil, count: items.count))
    try run(items.count, meanwhile: meanwhile) { index, _ in
      let result = try body(items[index])
      results.withLock { $0[index] = result }
    }
    return results.withLock { $0.map { $0! } }
  }
}
