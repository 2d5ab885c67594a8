import Glibc

/// The threads of one rank that compute: whole matrices, lanes, or fixed tiles of an output.
///
/// Which worker takes which item varies from run to run. So an item must be the same computation whoever does it, and
/// write memory that no other item touches; then results do not depend on the number of threads.
///
/// The thread that calls `run` computes nothing meanwhile: it is free to drive communication.
package final class WorkerPool: @unchecked Sendable {
  package let threads: Int
  /// Called by `run` on its caller's thread, whenever that wakes up and once in the end, with the number of items that the
  /// pool has finished so far; set before the pool is used.
  package var watch: ((_ finished: Int) throws -> Void)?

  private let state: UnsafeMutablePointer<State>
  private var handles: [pthread_t] = []

  /// What the threads share; every field is read and written with the mutex held, except inside a taken item.
  private struct State {
    var mutex = pthread_mutex_t()
    var workArrived = pthread_cond_t()
    var workDone = pthread_cond_t()
    var body: (@Sendable (Int, Int) throws -> Void)?
    var next = 0
    var count = 0
    var unfinished = 0
    /// Of all runs.
    var finished = 0
    var beforeItem: (@Sendable () throws -> Void)?
    var failure: (index: Int, error: any Error)?
    var isClosing = false
  }

  /// - Parameter threads: how many workers, at least 1.
  package init(threads: Int) {
    precondition(threads >= 1)
    self.threads = threads
    state = .allocate(capacity: 1)
    state.initialize(to: State())
    pthread_mutex_init(&state.pointee.mutex, nil)
    pthread_cond_init(&state.pointee.workArrived, nil)
    pthread_cond_init(&state.pointee.workDone, nil)
    for worker in 0..<threads {
      var handle = pthread_t()
      let context = Unmanaged.passRetained(Context(state: state, worker: worker))
      let status = pthread_create(
        &handle, nil,
        { argument in
          WorkerPool.work(Unmanaged<Context>.fromOpaque(argument!).takeRetainedValue())
          return nil
        }, context.toOpaque())
      precondition(status == 0, "cannot start a worker thread: \(String(cString: strerror(status)))")
      handles.append(handle)
    }
  }

  deinit {
    pthread_mutex_lock(&state.pointee.mutex)
    state.pointee.isClosing = true
    pthread_cond_broadcast(&state.pointee.workArrived)
    pthread_mutex_unlock(&state.pointee.mutex)
    for handle in handles { pthread_join(handle, nil) }
    state.deinitialize(count: 1)
    state.deallocate()
  }

  /// Calls `body` on the workers before each item; where it throws, the item fails. To rehearse failures.
  package func beforeEachItem(_ body: @escaping @Sendable () throws -> Void) {
    pthread_mutex_lock(&state.pointee.mutex)
    state.pointee.beforeItem = body
    pthread_mutex_unlock(&state.pointee.mutex)
  }

  /// Calls `body` once for each index in 0 ..< count, on the workers, and returns when all are done.
  ///
  /// - Parameters:
  ///   - count: how many items.
  ///   - meanwhile: called on the calling thread again and again while workers compute, about every fifth of a
  ///     millisecond.
  ///   - body: gets the item's index and the number of the worker that took it, in 0 ..< `threads`.
  /// - Throws: the error of the item with the lowest index that threw; the others are still done.
  package func run(
    _ count: Int, meanwhile: () throws -> Void = {}, _ body: @Sendable (_ index: Int, _ worker: Int) throws -> Void
  ) throws {
    guard count > 0 else { return }
    try withoutActuallyEscaping(body) { body in
      pthread_mutex_lock(&state.pointee.mutex)
      precondition(state.pointee.body == nil, "a worker pool runs one computation at a time")
      state.pointee.body = body
      state.pointee.next = 0
      state.pointee.count = count
      state.pointee.unfinished = count
      state.pointee.failure = nil
      pthread_cond_broadcast(&state.pointee.workArrived)
      var ownFailure: (any Error)?
      while state.pointee.unfinished > 0 {
        var deadline = timespec()
        clock_gettime(CLOCK_REALTIME, &deadline)
        deadline.tv_nsec += 200_000
        if deadline.tv_nsec >= 1_000_000_000 {
          deadline.tv_nsec -= 1_000_000_000
          deadline.tv_sec += 1
        }
        pthread_cond_timedwait(&state.pointee.workDone, &state.pointee.mutex, &deadline)
        if state.pointee.unfinished > 0 {
          let finished = state.pointee.finished
          pthread_mutex_unlock(&state.pointee.mutex)
          do {
            try watch?(finished)
            if ownFailure == nil { try meanwhile() }
          } catch { ownFailure = ownFailure ?? error }
          pthread_mutex_lock(&state.pointee.mutex)
        }
      }
      let failure = state.pointee.failure
      let finished = state.pointee.finished
      state.pointee.body = nil
      state.pointee.failure = nil
      pthread_mutex_unlock(&state.pointee.mutex)
      do { try watch?(finished) } catch { ownFailure = ownFailure ?? error }
      if let error = ownFailure ?? failure?.error { throw error }
    }
  }

  private final class Context: @unchecked Sendable {
    let state: UnsafeMutablePointer<State>
    let worker: Int

    init(state: UnsafeMutablePointer<State>, worker: Int) {
      self.state = state
      self.worker = worker
    }
  }

  private static func work(_ context: Context) {
    let state = context.state
    pthread_mutex_lock(&state.pointee.mutex)
    while true {
      guard let body = state.pointee.body, state.pointee.next < state.pointee.count else {
        if state.pointee.isClosing { break }
        pthread_cond_wait(&state.pointee.workArrived, &state.pointee.mutex)
        continue
      }
      let index = state.pointee.next
      state.pointee.next += 1
      let beforeItem = state.pointee.beforeItem
      pthread_mutex_unlock(&state.pointee.mutex)
      var failure: (any Error)?
      do {
        try beforeItem?()
        try body(index, context.worker)
      } catch { failure = error }
      pthread_mutex_lock(&state.pointee.mutex)
      if let failure, index < state.pointee.failure?.index ?? .max { state.pointee.failure = (index, failure) }
      state.pointee.unfinished -= 1
      state.pointee.finished += 1
      if state.pointee.unfinished == 0 { pthread_cond_signal(&state.pointee.workDone) }
    }
    pthread_mutex_unlock(&state.pointee.mutex)
  }
}
