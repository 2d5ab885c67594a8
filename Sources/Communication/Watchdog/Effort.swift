import Glibc

/// What the threads of a process other than MPI's have spent: signs of life of work that takes long to finish.
struct Effort: BitwiseCopyable, Equatable, Sendable {
  /// Microseconds that they have computed.
  let processor: Int
  /// Blocks that the process has read from disks or written to them: a thread that waits for a disk computes little.
  let transfers: Int

  /// Processor time below which they count as idle, as a part of the time that has passed.
  static let least = 0.02

  /// Up to now, in the eyes of the thread that owns MPI.
  static var now: Effort {
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    let others = seconds(CLOCK_PROCESS_CPUTIME_ID) - seconds(CLOCK_THREAD_CPUTIME_ID)
    return Effort(processor: Int(others * 1e6), transfers: usage.ru_majflt + usage.ru_inblock + usage.ru_oublock)
  }

  /// Whether something was done since `earlier`.
  ///
  /// - Parameter seconds: how long ago that was.
  func isMore(than earlier: Effort, after seconds: Double) -> Bool {
    transfers != earlier.transfers || Double(processor - earlier.processor) > Self.least * seconds * 1e6
  }

  /// The seconds that a thread has computed; 0 where it cannot be told.
  static func seconds(of thread: pthread_t) -> Double {
    var clock = clockid_t()
    return pthread_getcpuclockid(thread, &clock) == 0 ? seconds(clock) : 0
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
