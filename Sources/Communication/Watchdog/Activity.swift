import Glibc
import Synchronization

/// What this rank is doing, kept by the thread that owns MPI: what its watchdog judges it by, and tells the others.
///
/// MPI may be called by one thread only, so that thread also looks after the heartbeat: whenever it waits, for a message or
/// for the workers, it calls `poll`.
package final class Activity {
  /// What the rank waits for; nil: it works.
  private(set) var awaited: Awaited?
  /// What of this another thread may look at.
  package let pulse = Pulse()
  /// Nil where nobody watches.
  var heartbeat: Heartbeat?

  private var requests = 0
  private var items = 0
  private let owner = pthread_self()

  /// The thread that makes it is the one that owns MPI.
  package init() {}

  /// What the rank has got done since the start: requests that were waited for, items of work, steps.
  var done: Int { requests + items }

  /// Whether the calling thread is the one that owns MPI.
  var isOwned: Bool { pthread_equal(owner, pthread_self()) != 0 }

  /// Whether other ranks, or this one, will notice where it stands still.
  package var isWatched: Bool { heartbeat != nil }

  /// Lets the heartbeat go on: costs a look at the clock, and every few tenths of a second a little more.
  package func poll() throws(MPIError) {
    pulse.beat()
    try heartbeat?.poll()
  }

  /// Notes how many items of work are finished, and polls. Does nothing on other threads than MPI's own.
  package func work(finished: Int) throws(MPIError) {
    guard isOwned else { return }
    items = finished
    try poll()
  }

  /// Notes that a request, or a part of the phase, is complete.
  package func advance() { requests += 1 }

  func begin(waitingFor awaited: Awaited) { self.awaited = awaited }

  func endWaiting() { awaited = nil }

  /// A phase begins: `factoring`, `adapting`.
  package func begin(phase: String) { pulse.place.withLock { $0 = Place(phase: phase) } }

  /// A step of the phase is done.
  package func finish(step: Int) {
    requests += 1
    pulse.place.withLock { $0.step = step }
  }

  var report: ActivityReport {
    let place = pulse.place.withLock { $0 }
    return ActivityReport(done: done, effort: .now, awaited: awaited, place: place)
  }
}

/// Where in its work a rank is.
struct Place: Equatable, Sendable {
  var phase: String
  /// The last step that is done; 0: none.
  var step = 0

  /// `adapting, after step 17`.
  var words: String { step > 0 ? "\(phase), after step \(step)" : phase }
}

/// What one rank waits for.
struct Awaited: Hashable, Sendable {
  enum Operation: Int, Sendable {
    case receive, send, barrier, broadcast, sum, gather
  }

  let operation: Operation
  /// The other rank's number among all, or for a collective the number of ranks that take part.
  let count: Int

  /// What follows "waits" or "wait".
  var words: String {
    switch operation {
    case .receive: "for a message of rank \(count)"
    case .send: "for rank \(count) to take a message"
    case .barrier: "for \(count) ranks to meet"
    case .broadcast: "in a broadcast among \(count) ranks"
    case .sum: "in a sum over \(count) ranks"
    case .gather: "in a gather over \(count) ranks"
    }
  }
}

/// The signs of life of the thread that owns MPI, for threads that watch it.
package final class Pulse: Sendable {
  private let beats = Atomic<Int>(0)
  let place = Mutex(Place(phase: "starting MPI"))
  /// Whether the job is being ended for a reason that has been said.
  let isEnding = Atomic<Bool>(false)

  var count: Int { beats.load(ordering: .relaxed) }

  func beat() { beats.wrappingAdd(1, ordering: .relaxed) }
}
