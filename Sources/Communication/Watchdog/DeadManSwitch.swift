import Glibc
import Synchronization

/// The last resort: a thread that ends this process where the thread that owns MPI never polls again.
///
/// It is no part of MPI and asks nobody: it covers a thread that hangs in a call of MPI or of the system, also while MPI
/// starts and ends, and the end of the job itself. Peers, which say more, come first: it waits longer than they do.
package final class DeadManSwitch: Sendable {
  /// How many times the watchdog's limit the thread may be without a sign of life: after the others have noticed.
  private static let patience = 1.5
  /// How many times as long where it computes.
  private static let patienceWithWork = 15.0
  /// Seconds that ending the job may take once the reason is said.
  private static let secondsToEnd = 10.0

  private let pulse: Pulse
  private let limit: Double
  private let say: @Sendable (String) -> Void
  /// The thread that owns MPI.
  private let owner = pthread_self()

  /// Starts the thread, which lives as long as the process.
  ///
  /// - Parameters:
  ///   - limit: the watchdog's, in seconds.
  ///   - say: says what is the matter, before the process ends with 1.
  package init(pulse: Pulse, limit: Double, say: @escaping @Sendable (String) -> Void) {
    self.pulse = pulse
    self.limit = limit
    self.say = say
    var thread = pthread_t()
    var (all, before) = (sigset_t(), sigset_t())
    sigfillset(&all)
    // Signals are for the other threads.
    pthread_sigmask(SIG_SETMASK, &all, &before)
    let status = pthread_create(
      &thread, nil,
      { argument in
        Unmanaged<DeadManSwitch>.fromOpaque(argument!).takeRetainedValue().watch()
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    pthread_sigmask(SIG_SETMASK, &before, nil)
    precondition(status == 0, "cannot start a thread: \(String(cString: strerror(status)))")
    pthread_detach(thread)
  }

  private func watch() {
    // Time is counted in naps, so that a process that was stopped has slept through none of it.
    let nap = min(1, limit / 20)
    var (quiet, ending) = (0.0, 0.0)
    var (beats, computed) = (pulse.count, Effort.seconds(of: owner))
    // Whether it has computed since its last sign of life; MPI itself, while it starts, only seems to.
    var hasWorked = false
    while true {
      usleep(UInt32(nap * 1e6))
      if pulse.isEnding.load(ordering: .relaxed) {
        ending += nap
        if ending > Self.secondsToEnd { _exit(1) }
        continue
      }
      let now = (beats: pulse.count, computed: Effort.seconds(of: owner))
      if now.beats != beats {
        (quiet, hasWorked) = (0, false)
      } else {
        quiet += nap
        if now.beats > 0, now.computed - computed > Effort.least * nap { hasWorked = true }
      }
      (beats, computed) = now
      guard quiet > (hasWorked ? Self.patienceWithWork : Self.patience) * limit else { continue }
      let place = pulse.place.withLock { $0.words }
      say("the main thread has given no sign of life for \(Int(quiet)) s, in the phase '\(place)': it hangs")
      _exit(1)
    }
  }
}
