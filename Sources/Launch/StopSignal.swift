import Glibc
import Synchronization

/// Whether the process has been asked to stop in order, by a signal that batch systems send before the end.
package enum StopSignal {
  private static let isReceived = Atomic(false)

  /// SIGTERM, SIGINT and SIGUSR1, which is what `sbatch --signal=USR1@300` sends.
  ///
  /// A second SIGINT ends the process at once.
  package static func install() {
    // Made before a handler can want it.
    isReceived.store(false, ordering: .relaxed)
    var unblocked = sigset_t()
    sigemptyset(&unblocked)
    for number in [SIGTERM, SIGINT, SIGUSR1] {
      sigaddset(&unblocked, number)
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { number in
        StopSignal.isReceived.store(true, ordering: .relaxed)
        if number == SIGINT { signal(SIGINT, SIG_DFL) }
      }
      // System calls go on: what is being read or written is not cut short.
      action.sa_flags = SA_RESTART
      sigaction(number, &action, nil)
    }
    // Whoever started the process may have blocked them.
    pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
  }

  package static var isRequested: Bool { isReceived.load(ordering: .relaxed) }
}
