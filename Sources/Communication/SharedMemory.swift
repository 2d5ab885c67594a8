import CMPI
import Glibc

/// Memory that the ranks of a node share: each reads and writes the same bytes.
///
/// Between writing on one rank and reading on another, both call `synchronize`. The memory starts as zeros and is
/// returned by `free`, or when MPI ends: not with the last reference, for returning it is collective.
package final class SharedMemory<Element: MessageElement> {
  package let base: UnsafeMutablePointer<Element>
  package let count: Int

  /// Nil once it is freed.
  private var window: MPI_Win?
  private let node: Communicator

  /// Allocates room for `count` elements once on the node. Collective over the node.
  package init(count: Int, node: Communicator) throws {
    let bytes = max(count, 1) * MemoryLayout<Element>.stride
    var own: UnsafeMutableRawPointer?
    var window: MPI_Win?
    // What follows waits without polling: let all come first.
    try node.barrier()
    // The node's first rank holds the memory; the others look at it.
    do {
      try check(
        MPI_Win_allocate_shared(
          MPI_Aint(node.rank == 0 ? bytes : 0), Int32(MemoryLayout<Element>.stride), adarank_info_null(),
          node.handle, &own, &window), "MPI_Win_allocate_shared")
    } catch {
      throw SharedMemoryError(bytes: bytes, cause: error)
    }
    var size: MPI_Aint = 0
    var unit: Int32 = 0
    var base: UnsafeMutableRawPointer?
    try check(MPI_Win_shared_query(window, 0, &size, &unit, &base), "MPI_Win_shared_query")
    try check(MPI_Win_lock_all(Int32(MPI_MODE_NOCHECK), window), "MPI_Win_lock_all")
    self.window = window!
    self.base = base!.bindMemory(to: Element.self, capacity: max(count, 1))
    self.count = count
    self.node = node
    if node.rank == 0 { memset(self.base, 0, bytes) }
    try synchronize()
  }

  /// Makes what every rank of the node has written before visible to every rank of the node after. Collective over the
  /// node.
  package func synchronize() throws(MPIError) {
    guard let window else { preconditionFailure("the memory is freed") }
    try check(MPI_Win_sync(window), "MPI_Win_sync")
    try node.barrier()
    try check(MPI_Win_sync(window), "MPI_Win_sync")
  }

  /// Returns the memory to the system; nobody may use it any more. Collective over the node.
  package func free() throws(MPIError) {
    // Others may still be reading; MPI_Win_free itself would wait for them at full speed.
    try node.barrier()
    try check(MPI_Win_unlock_all(window), "MPI_Win_unlock_all")
    try check(MPI_Win_free(&window), "MPI_Win_free")
    window = nil
  }
}

/// The ranks of a node could not get memory to share.
package struct SharedMemoryError: Error, CustomStringConvertible {
  package let bytes: Int
  package let cause: MPIError

  package var description: String {
    "cannot share \(bytes) bytes among the ranks of this node: \(cause). Open MPI keeps such memory in a file under "
      + "/dev/shm; where that is too small, as in many containers, make it larger, or give mpirun "
      + "'--mca osc_sm_backing_directory' and a folder on a local disk"
  }
}
