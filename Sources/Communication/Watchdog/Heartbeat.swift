import CMPI
import Glibc

/// Notices that the job stands still, and says which rank is the cause and who waits for whom.
///
/// Every rank tells rank 0 every few seconds what it has got done and whether and for whom it waits (`ActivityReport`), and
/// rank 0 answers; both by messages of fixed size on a communicator of their own. Rank 0 judges (`ProgressTable`); where
/// rank 0 itself is silent, the first of the others that notices says so. All this happens in `poll`, which the thread that
/// owns MPI calls while it waits. So that thread must not do anything else for long: see `Job.keepingInTouch`.
///
/// A process that is stopped, and with it perhaps the whole job, has missed nothing when it goes on: time counts only
/// while this process looks at it.
///
/// Not covered: the moments between MPI's start and the first heartbeat, and those in which MPI ends; and a thread of MPI
/// that never comes back to `poll` on a job of one rank. `DeadManSwitch` is there for them.
package final class Heartbeat {
  private let activity: Activity
  private let rank: Int
  private let hosts: [String]
  private let limit: Double
  private let interval: Double
  /// The least time between two looks.
  private let pause: Double
  private let onStandstill: (Standstill) -> Void

  /// Nil on a job of one rank.
  private let messages: MPI_Comm?
  /// On rank 0 a report to each rank, elsewhere one to rank 0.
  private let outgoing: UnsafeMutableBufferPointer<ActivityReport>
  private var leaving: [MPI_Request?]
  private let incoming: UnsafeMutablePointer<ActivityReport>
  private var arriving: MPI_Request?

  /// Seconds in which this process has looked.
  private var time = 0.0
  private var lastLook = monotonicSeconds()
  /// Rank 0's alone.
  private var table: ProgressTable
  /// The others': whether rank 0 owes an answer, when it last gave one, when it was last told something, and what it said.
  private var isUnanswered = false
  private var answered = 0.0
  private var told = -Double.infinity
  private var answer: ActivityReport

  /// A process that has not looked for longer was stopped, or had no processor.
  private static let longestLook = 1.0

  /// Starts to watch. Collective.
  ///
  /// - Parameters:
  ///   - limit: for how many seconds a rank may stand still.
  ///   - onStandstill: called where the job stands still, on the rank that notices; it ought to end the job.
  package init(
    world: Communicator, limit: Double, onStandstill: @escaping (Standstill) -> Void
  ) throws(MPIError) {
    activity = world.activity
    rank = world.rank
    hosts = try world.gatherToAll(World.hostName)
    self.limit = limit
    interval = min(5, limit / 10)
    pause = min(0.1, interval / 5)
    self.onStandstill = onStandstill
    let report = activity.report
    table = ProgressTable(hosts: hosts, limit: limit, interval: interval, place: report.place)
    answer = report
    outgoing = .allocate(capacity: rank == 0 ? world.size : 1)
    outgoing.initialize(repeating: report)
    incoming = .allocate(capacity: 1)
    incoming.initialize(to: report)
    leaving = outgoing.map { _ in adarank_request_null() }
    if world.size > 1 {
      var own = adarank_comm_null()
      try check(MPI_Comm_dup(world.handle, &own), "MPI_Comm_dup")
      try check(MPI_Comm_set_errhandler(own, adarank_errors_return()), "MPI_Comm_set_errhandler")
      messages = own
    } else {
      messages = nil
    }
    try receive()
    activity.heartbeat = self
  }

  deinit {
    outgoing.deallocate()
    incoming.deallocate()
  }

  /// Looks, unless it has just looked: takes in what has arrived, tells what is due, and judges.
  func poll() throws(MPIError) {
    let now = monotonicSeconds()
    guard now - lastLook >= pause else { return }
    time += min(now - lastLook, Self.longestLook)
    lastLook = now
    if rank == 0 {
      table.note(activity.report, of: 0, at: time)
      try attend()
      if let standstill = table.standstill(at: time) { onStandstill(standstill) }
    } else {
      try report()
    }
  }

  /// Rank 0: notes all reports that have arrived, and answers them.
  private func attend() throws(MPIError) {
    while let source = try arrived() {
      table.note(incoming.pointee, of: source, at: time)
      // Its sender sends the next one when it has the answer: so the last answer has left.
      try complete(&leaving[source])
      outgoing[source] = activity.report
      try send(source, to: source)
      try receive()
    }
  }

  /// The others: report when it is time, and wait for rank 0's answer.
  private func report() throws(MPIError) {
    if isUnanswered, try arrived() != nil {
      answer = incoming.pointee
      (isUnanswered, answered) = (false, time)
      try complete(&leaving[0])
      try receive()
    }
    if !isUnanswered, time - told >= interval {
      outgoing[0] = activity.report
      (isUnanswered, told) = (true, time)
      try send(0, to: 0)
    }
    // Rank 1 notices first, so that not all say the same at once.
    let turn = Double(min(rank - 1, 10)) * max(0.5, 3 * interval)
    let silence = time - answered
    guard isUnanswered, silence > limit + turn else { return }
    onStandstill(
      Standstill(
        kind: .silent,
        culprits: [Standstill.Culprit(rank: 0, host: hosts[0], place: answer.place.words)],
        waiting: activity.awaited.map { [Standstill.Waiting(ranks: [rank], what: $0.words)] } ?? [],
        seconds: silence))
  }

  /// Ends watching; no message is left under way. Collective, and to be called where all ranks come at about the same time.
  package func stop() throws(MPIError) {
    activity.heartbeat = nil
    guard let messages else { return }
    while isUnanswered {
      if try arrived() != nil {
        isUnanswered = false
        try complete(&leaving[0])
        try receive()
      }
      usleep(50)
    }
    var meeting = adarank_request_null()
    try check(MPI_Ibarrier(messages, &meeting), "MPI_Ibarrier")
    while try !isComplete(&meeting) {
      if rank == 0 { try attend() }
      usleep(50)
    }
    for peer in leaving.indices { try complete(&leaving[peer]) }
    try check(MPI_Cancel(&arriving), "MPI_Cancel")
    try complete(&arriving)
  }

  // MARK: - Messages

  private func send(_ place: Int, to peer: Int) throws(MPIError) {
    try check(
      MPI_Isend(
        outgoing.baseAddress! + place, Int32(MemoryLayout<ActivityReport>.size), UInt8.datatype, Int32(peer), 0,
        messages, &leaving[place]), "MPI_Isend")
  }

  /// Starts to receive the next report: on rank 0 anybody's, elsewhere rank 0's.
  private func receive() throws(MPIError) {
    guard let messages else { return }
    try check(
      MPI_Irecv(
        incoming, Int32(MemoryLayout<ActivityReport>.size), UInt8.datatype,
        rank == 0 ? Int32(MPI_ANY_SOURCE) : 0, 0, messages, &arriving), "MPI_Irecv")
  }

  /// The rank whose report has arrived; nil: none has.
  private func arrived() throws(MPIError) -> Int? {
    guard messages != nil else { return nil }
    var isDone: Int32 = 0
    var status = MPI_Status()
    try check(MPI_Test(&arriving, &isDone, &status), "MPI_Test")
    return isDone != 0 ? Int(status.MPI_SOURCE) : nil
  }

  private func isComplete(_ request: inout MPI_Request?) throws(MPIError) -> Bool {
    var isDone: Int32 = 0
    try check(MPI_Test(&request, &isDone, adarank_status_ignore()), "MPI_Test")
    return isDone != 0
  }

  private func complete(_ request: inout MPI_Request?) throws(MPIError) {
    try check(MPI_Wait(&request, adarank_status_ignore()), "MPI_Wait")
  }
}
