import Synchronization

/// Counts the floating-point operations of the products and factorisations that this process has done.
///
/// A product of [m, k] and [k, n] counts 2·m·n·k. Elementwise work is not counted.
package enum OperationCounter {
  private static let operations = Atomic<Int>(0)

  package static var count: Int { operations.load(ordering: .relaxed) }

  static func add(_ count: Int) { operations.wrappingAdd(count, ordering: .relaxed) }
}
