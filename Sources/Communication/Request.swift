import CMPI

/// A message under way. Its buffer must stay where it is, and untouched, until the request is complete.
package struct Request {
  /// One handle for each part of the message; a message of more than 2³⁰ elements has several.
  var handles: [MPI_Request?]
  /// What waiting for it is.
  let awaited: Awaited

  /// Whether the message has been sent or received; lets MPI make progress.
  package mutating func test() throws(MPIError) -> Bool {
    while let last = handles.last {
      var handle = last
      var isDone: Int32 = 0
      try check(MPI_Test(&handle, &isDone, adarank_status_ignore()), "MPI_Test")
      guard isDone != 0 else {
        handles[handles.count - 1] = handle
        return false
      }
      handles.removeLast()
    }
    return true
  }
}
