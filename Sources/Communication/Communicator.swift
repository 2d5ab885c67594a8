import CMPI
import Glibc

/// A group of ranks that exchange messages.
///
/// MPI is used from one thread (`MPI_THREAD_FUNNELED`): a communicator is not `Sendable`. Waiting never spins at full
/// speed, so that ranks which share a core leave it to the one that computes.
///
/// Not covered: any-source receives, probing, derived datatypes, inter-communicators. Floating-point numbers are never
/// reduced by MPI, whose order of summation is its own.
package final class Communicator {
  /// This process's number, 0 ..< `size`.
  package let rank: Int
  /// The number of ranks.
  package let size: Int
  /// What this process has sent and waited for, over all communicators.
  package let traffic: Traffic
  /// What this process is doing, over all communicators.
  package let activity: Activity

  /// The largest tag that a message may have: Open MPI over UCX, its choice on InfiniBand, has 23 bits for it.
  package static let largestTag = 1 << 23 - 1

  let handle: MPI_Comm
  /// The number of each rank among all of the job.
  private let worldRanks: [Int]

  /// The parts that a message of more elements than MPI's 32-bit counts can say is cut into.
  private static let largestPart = 1 << 30

  init(handle: MPI_Comm, traffic: Traffic, activity: Activity) throws(MPIError) {
    var rank: Int32 = 0
    var size: Int32 = 0
    try check(MPI_Comm_set_errhandler(handle, adarank_errors_return()), "MPI_Comm_set_errhandler")
    try check(MPI_Comm_rank(handle, &rank), "MPI_Comm_rank")
    try check(MPI_Comm_size(handle, &size), "MPI_Comm_size")
    self.handle = handle
    self.rank = Int(rank)
    self.size = Int(size)
    self.traffic = traffic
    self.activity = activity
    worldRanks = try Self.worldRanks(handle: handle, size: size)
  }

  private static func worldRanks(handle: MPI_Comm, size: Int32) throws(MPIError) -> [Int] {
    var own: MPI_Group?
    var all: MPI_Group?
    try check(MPI_Comm_group(handle, &own), "MPI_Comm_group")
    try check(MPI_Comm_group(adarank_comm_world(), &all), "MPI_Comm_group")
    var ranks = [Int32](repeating: 0, count: Int(size))
    try check(
      MPI_Group_translate_ranks(own, size, Array(0..<size), all, &ranks), "MPI_Group_translate_ranks")
    try check(MPI_Group_free(&own), "MPI_Group_free")
    try check(MPI_Group_free(&all), "MPI_Group_free")
    return ranks.map { Int($0) }
  }

  /// The ranks that gave the same colour, in the order of this communicator. Collective.
  package func split(color: Int) throws(MPIError) -> Communicator {
    // What follows waits without polling: let all come first.
    try barrier()
    var part = adarank_comm_null()
    try check(MPI_Comm_split(handle, Int32(color), Int32(rank), &part), "MPI_Comm_split")
    return try Communicator(handle: part!, traffic: traffic, activity: activity)
  }

  /// The ranks that share this rank's memory. Collective.
  package func splitByNode() throws(MPIError) -> Communicator {
    try barrier()
    var node = adarank_comm_null()
    try check(
      MPI_Comm_split_type(handle, Int32(MPI_COMM_TYPE_SHARED), Int32(rank), adarank_info_null(), &node),
      "MPI_Comm_split_type")
    return try Communicator(handle: node!, traffic: traffic, activity: activity)
  }

  // The world's handle and those of its parts are freed by MPI_Finalize: a part that a thrown error drops while
  // others still use theirs must not be freed here, which is collective.

  // MARK: - Messages

  /// The largest tag that MPI lets a message have here.
  func tagLimit() throws(MPIError) -> Int {
    var value: UnsafeMutableRawPointer?
    var isSet: Int32 = 0
    try check(MPI_Comm_get_attr(adarank_comm_world(), adarank_tag_ub(), &value, &isSet), "MPI_Comm_get_attr")
    guard isSet != 0, let value else { return 0 }
    return Int(value.load(as: Int32.self))
  }

  /// Starts to send `buffer` to `destination`.
  package func send<Element: MessageElement>(
    _ buffer: UnsafeBufferPointer<Element>, to destination: Int, tag: Int
  ) throws(MPIError) -> Request {
    precondition(0...Self.largestTag ~= tag && activity.isOwned)
    traffic.bytesSent += buffer.count * MemoryLayout<Element>.stride
    var handles: [MPI_Request?] = []
    for part in Self.parts(of: buffer.count) {
      var request = adarank_request_null()
      try check(
        MPI_Isend(
          buffer.baseAddress.map { $0 + part.lowerBound }, Int32(part.count), Element.datatype,
          Int32(destination), Int32(tag), handle, &request), "MPI_Isend")
      handles.append(request)
    }
    return Request(handles: handles, awaited: Awaited(operation: .send, count: worldRanks[destination]))
  }

  /// Starts to receive into `buffer` a message of just its length from `source`.
  package func receive<Element: MessageElement>(
    into buffer: UnsafeMutableBufferPointer<Element>, from source: Int, tag: Int
  ) throws(MPIError) -> Request {
    precondition(0...Self.largestTag ~= tag && activity.isOwned)
    var handles: [MPI_Request?] = []
    for part in Self.parts(of: buffer.count) {
      var request = adarank_request_null()
      try check(
        MPI_Irecv(
          buffer.baseAddress.map { $0 + part.lowerBound }, Int32(part.count), Element.datatype, Int32(source),
          Int32(tag), handle, &request), "MPI_Irecv")
      handles.append(request)
    }
    return Request(handles: handles, awaited: Awaited(operation: .receive, count: worldRanks[source]))
  }

  /// At least one part, so that an empty message is a message.
  private static func parts(of count: Int) -> [Range<Int>] {
    stride(from: 0, to: max(count, 1), by: largestPart).map { $0..<min($0 + largestPart, count) }
  }

  /// Waits until `request` is complete. The time counts as waiting.
  ///
  /// - Precondition: this is the thread that started MPI.
  package func wait(_ request: inout Request) throws(MPIError) {
    precondition(activity.isOwned, "MPI belongs to the thread that started it")
    defer { activity.advance() }
    // Also a rank that never has to wait must be heard of.
    try activity.poll()
    guard try !request.test() else { return }
    let start = monotonicSeconds()
    activity.begin(waitingFor: request.awaited)
    defer {
      activity.endWaiting()
      traffic.waitingSeconds += monotonicSeconds() - start
    }
    var pause: UInt32 = 0
    while try !request.test() {
      // At first yield the core only, later sleep longer and longer, up to a fifth of a millisecond.
      if pause < 20 { sched_yield() } else { usleep(min(pause, 200)) }
      pause += 1
      try activity.poll()
    }
  }

  /// Waits until all of `requests` are complete.
  package func wait(_ requests: inout [Request]) throws(MPIError) {
    for index in requests.indices { try wait(&requests[index]) }
    requests.removeAll(keepingCapacity: true)
  }

  // MARK: - Ending

  /// Ends all ranks of the job at once with `code`; to be called after the reason has been said.
  package func abort(code: Int32) -> Never {
    activity.pulse.isEnding.store(true, ordering: .relaxed)
    MPI_Abort(adarank_comm_world(), code)
    exit(code)
  }
}

/// Seconds of a clock that only runs forward.
package func monotonicSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
