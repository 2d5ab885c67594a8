import LinearAlgebra
import Synchronization

extension WorkerPool {
  /// The results of `body` for each item, in the order of the items, computed on the workers.
  ///
  /// Once `meanwhile` has thrown, no further item is begun.
  func map<Item: Sendable, Result: Sendable>(
    _ items: [Item], meanwhile: () throws -> Void = {}, _ body: @Sendable (Item) throws -> Result
  ) throws -> [Result] {
    let results = Mutex([Result?](repeating: nil, count: items.count))
    let isEnded = Counter()
    func watch() throws {
      do { try meanwhile() } catch {
        isEnded.increment()
        throw error
      }
    }
    try run(items.count, meanwhile: watch) { index, _ in
      if isEnded.value > 0 { throw StopWish() }
      let result = try body(items[index])
      results.withLock { $0[index] = result }
    }
    return results.withLock { $0.map { $0! } }
  }
}
