import Glibc
import LinearAlgebra
import Testing

@testable import Merging

@Suite struct WorkerPoolMapTests {
  private struct Failure: Error, Equatable {}

  @Test(arguments: [1, 3]) func resultsComeInTheOrderOfTheItems(threads: Int) throws {
    #expect(try WorkerPool(threads: threads).map(Array(0..<100)) { $0 * $0 } == (0..<100).map { $0 * $0 })
  }

  /// A disk that is full ends a merge before hours of factorisations.
  @Test func onceTheCallerFailsNoFurtherItemIsBegun() {
    let begun = Counter()
    #expect(throws: Failure()) {
      _ = try WorkerPool(threads: 2).map(Array(0..<1_000)) {
        if begun.value > 0 { throw Failure() }
      } _: { _ in
        begun.increment()
        usleep(2_000)
      }
    }
    #expect(begun.value < 500)
  }
}
