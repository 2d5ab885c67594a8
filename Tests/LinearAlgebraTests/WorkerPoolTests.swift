import LinearAlgebra
import Synchronization
import Testing

@Suite struct WorkerPoolTests {
  private struct Failure: Error, Equatable { let index: Int }

  @Test("Every index is computed once, by a worker of the pool", arguments: [1, 2, 3])
  func everyIndex(threads: Int) throws {
    let pool = WorkerPool(threads: threads)
    #expect(pool.threads == threads)
    for count in [1, 2, 3, 7, 500] {
      let seen = Mutex([Int](repeating: 0, count: count))
      let workers = Mutex(Set<Int>())
      try pool.run(count) { index, worker in
        seen.withLock { $0[index] += 1 }
        _ = workers.withLock { $0.insert(worker) }
      }
      #expect(seen.withLock { $0 } == [Int](repeating: 1, count: count))
      #expect(workers.withLock { $0 }.isSubset(of: Set(0..<threads)))
    }
  }

  @Test("No items call nothing", arguments: [1, 2])
  func noItems(threads: Int) throws {
    let pool = WorkerPool(threads: threads)
    try pool.run(0, meanwhile: { Issue.record("meanwhile") }, { _, _ in Issue.record("body") })
  }

  @Test("The error of the lowest index is thrown after all items are done", arguments: [1, 2, 3])
  func failures(threads: Int) throws {
    let pool = WorkerPool(threads: threads)
    for _ in 0..<50 {
      let done = Atomic(0)
      #expect(throws: Failure(index: 3)) {
        try pool.run(20) { index, _ in
          done.wrappingAdd(1, ordering: .relaxed)
          // The lowest of them fails last.
          if index == 3 { spin(milliseconds: 0.3) }
          if [3, 4, 5, 19].contains(index) { throw Failure(index: index) }
        }
      }
      #expect(done.load(ordering: .relaxed) == 20)
    }
    try pool.run(5) { _, _ in }
  }

  @Test("The caller's own work goes on while the workers compute", arguments: [1, 2])
  func meanwhile(threads: Int) throws {
    let pool = WorkerPool(threads: threads)
    var calls = 0
    try pool.run(4, meanwhile: { calls += 1 }, { _, _ in spin(milliseconds: 20) })
    #expect(calls >= 3)
  }

  @Test("An error of the caller's own work is thrown after the items are done, before theirs")
  func meanwhileFailure() throws {
    let pool = WorkerPool(threads: 2)
    let done = Atomic(0)
    var calls = 0
    #expect(throws: Failure(index: -1)) {
      try pool.run(
        6,
        meanwhile: {
          calls += 1
          throw Failure(index: -1)
        },
        { index, _ in
          spin(milliseconds: 10)
          done.wrappingAdd(1, ordering: .relaxed)
          throw Failure(index: index)
        })
    }
    #expect(calls == 1)
    #expect(done.load(ordering: .relaxed) == 6)
    try pool.run(3) { _, _ in }
  }

  @Test("Who watches hears of every run, and how many items are done, also of those that fail", arguments: [1, 2])
  func watch(threads: Int) throws {
    let pool = WorkerPool(threads: threads)
    var heard: [Int] = []
    pool.watch = { heard.append($0) }
    try pool.run(3) { _, _ in }
    #expect(heard.last == 3)
    #expect(throws: Failure.self) { try pool.run(4) { index, _ in throw Failure(index: index) } }
    #expect(heard.last == 7)
    heard = []
    try pool.run(4) { _, _ in spin(milliseconds: 20) }
    #expect(heard.count >= 3 && heard == heard.sorted() && heard.last == 11)
    pool.watch = { _ in throw Failure(index: -2) }
    #expect(throws: Failure(index: -2)) { try pool.run(1) { _, _ in } }
  }

  @Test("A failure can be rehearsed")
  func beforeEachItem() throws {
    let pool = WorkerPool(threads: 1)
    let begun = Atomic(0)
    let done = Atomic(0)
    pool.beforeEachItem {
      if begun.wrappingAdd(1, ordering: .relaxed).newValue == 3 { throw Failure(index: 3) }
    }
    #expect(throws: Failure(index: 3)) { try pool.run(5) { _, _ in done.wrappingAdd(1, ordering: .relaxed) } }
    #expect(done.load(ordering: .relaxed) == 4)
  }

  @Test("A pool is used again and again", arguments: [1, 2, 3])
  func reuse(threads: Int) throws {
    let pool = WorkerPool(threads: threads)
    let sum = Atomic(0)
    for _ in 0..<1_000 { try pool.run(5) { index, _ in sum.wrappingAdd(index, ordering: .relaxed) } }
    #expect(sum.load(ordering: .relaxed) == 10_000)
  }

  @Test("What the items wrote is there when run returns")
  func visibility() throws {
    let pool = WorkerPool(threads: 2)
    let storage = FloatStorage(count: 256)
    let matrix = storage.matrix(rows: 16, columns: 16)
    for round in 1...200 {
      try pool.run(16) { index, _ in matrix[row: index].update(repeating: Float(round), count: 16) }
      for index in 0..<256 where storage.base[index] != Float(round) { Issue.record("\(index) in round \(round)") }
    }
  }

  @Test("Pools come and go")
  func lifetime() throws {
    for _ in 0..<50 {
      let pool = WorkerPool(threads: 2)
      let sum = Atomic(0)
      try pool.run(2) { _, _ in sum.wrappingAdd(1, ordering: .relaxed) }
      #expect(sum.load(ordering: .relaxed) == 2)
    }
    _ = WorkerPool(threads: 3)
  }
}

/// Computes for a while.
private func spin(milliseconds: Double) {
  let clock = ContinuousClock()
  let end = clock.now + .seconds(milliseconds / 1_000)
  while clock.now < end {}
}
