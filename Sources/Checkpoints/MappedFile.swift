import Glibc

/// A whole file as read-only memory, private to this process.
///
/// Pages are read from the file when they are first touched, and the system may drop them again: a mapped
/// file costs address space, not memory. A file that another program shortens while it is mapped ends this
/// program with SIGBUS when the missing part is touched.
package final class MappedFile: Sendable {
  package let path: String
  /// The size of the file when it was opened, in bytes.
  package let count: Int
  /// Nil for an empty file, which cannot be mapped. Nothing ever writes through it.
  nonisolated(unsafe) private let start: UnsafeMutableRawPointer?

  /// - Throws: `CheckpointError` where there is no readable regular file at `path`.
  package init(path: String) throws(CheckpointError) {
    // A pipe would keep open(2) waiting for its other end.
    let descriptor = try systemCall("open it", path) { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    defer { close(descriptor) }
    var status = stat()
    try systemCall("read its size", path) { fstat(descriptor, &status) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile(path: path) }
    let count = Int(status.st_size)
    if count == 0 {
      start = nil
    } else {
      let mapping = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
      guard mapping != MAP_FAILED else { throw .system(path: path, attempt: "map it into memory", code: errno) }
      start = mapping
    }
    self.path = path
    self.count = count
  }

  deinit {
    if let start { munmap(start, count) }
  }

  /// Lets the system begin to read some of the file, and does not wait.
  package func prefetch(_ bytes: Range<Int>) {
    guard let start, !bytes.isEmpty else { return }
    let page = Int(getpagesize())
    let first = bytes.lowerBound / page * page
    madvise(start + first, bytes.upperBound - first, MADV_WILLNEED)
  }

  /// Lends the bytes of the file to `body`. They must not be used after it.
  package func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(self) {} }
    return try body(UnsafeRawBufferPointer(start: start, count: count))
  }
}
