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

  /// The largest tag that a message may have: Open MPI over UCX, its choice on InfiniBand, has 23 bits for it.
  package static let largestTag = 1 << 23 - 1

  let handle: MPI_Comm

  /// The parts that a message of more elements than MPI's 32-bit counts can say is cut into.
  private static let largestPart = 1 << 30

  init(handle: MPI_Comm, traffic: Traffic) throws(MPIError) {
    var rank: Int32 = 0
    var size: Int32 = 0
    try check(MPI_Comm_set_errhandler(handle, adarank_errors_return()), "MPI_Comm_set_errhandler")
    try check(MPI_Comm_rank(handle, &rank), "MPI_Comm_rank")
    try check(MPI_Comm_size(handle, &size), "MPI_Comm_size")
    self.handle = handle
    self.rank = Int(rank)
    self.size = Int(size)
    self.traffic = traffic
  }

  /// The ranks that gave the same colour, in the order of this communicator. Collective.
  package func split(color: Int) throws(MPIError) -> Communicator {
    var part = adarank_comm_null()
    try check(MPI_Comm_split(handle, Int32(color), Int32(rank), &part), "MPI_Comm_split")
    return try Communicator(handle: part!, traffic: traffic)
  }

  /// The ranks that share this rank's memory. Collective.
  package func splitByNode() throws(MPIError) -> Communicator {
    var node = adarank_comm_null()
    try check(
      MPI_Comm_split_type(handle, Int32(MPI_COMM_TYPE_SHARED), Int32(rank), adarank_info_null(), &node),
      "MPI_Comm_split_type")
    return try Communicator(handle: node!, traffic: traffic)
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
    precondition(0...Self.largestTag ~= tag)
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
    return Request(handles: handles)
  }

  /// Starts to receive into `buffer` a message of just its length from `source`.
  package func receive<Element: MessageElement>(
    into buffer: UnsafeMutableBufferPointer<Element>, from source: Int, tag: Int
  ) throws(MPIError) -> Request {
    precondition(0...Self.largestTag ~= tag)
    var handles: [MPI_Request?] = []
    for part in Self.parts(of: buffer.count) {
      var request = adarank_request_null()
      try check(
        MPI_Irecv(
          buffer.baseAddress.map { $0 + part.lowerBound }, Int32(part.count), Element.datatype, Int32(source),
          Int32(tag), handle, &request), "MPI_Irecv")
      handles.append(request)
    }
    return Request(handles: handles)
  }

  /// At least one part, so that an empty message is a message.
  private static func parts(of count: Int) -> [Range<Int>] {
    stride(from: 0, to: max(count, 1), by: largestPart).map { $0..<min($0 + largestPart, count) }
  }

  /// Waits until `request` is complete. The time counts as waiting.
  package func wait(_ request: inout Request) throws(MPIError) {
    guard try !request.test() else { return }
    let start = monotonicSeconds()
    defer { traffic.waitingSeconds += monotonicSeconds() - start }
    var pause: UInt32 = 0
    while try !request.test() {
      // At first yield the core only, later sleep longer and longer, up to a fifth of a millisecond.
      if pause < 20 { sched_yield() } else { usleep(min(pause, 200)) }
      pause += 1
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
