import CLinux
import Glibc

/// A new file that is written from beginning to end.
///
/// Small pieces are collected, large ones written as they are. The disk begins with what is written at once, so that little is
/// left to wait for in the end.
struct OutputFile: ~Copyable, Sendable {
  private static let capacity = 1 << 20
  /// Bytes with which the disk begins at a time.
  private static let portion = 8 << 20

  let path: String
  private let descriptor: CInt
  private var buffer: [UInt8] = []
  /// How many bytes the file has, and with how many of them the disk was told to begin.
  private var (size, begun) = (0, 0)

  /// Creates the file, or empties it where it exists.
  init(path: String) throws(CheckpointError) {
    let mode: mode_t = 0o666
    self.path = path
    descriptor = try systemCall("create it", path) { open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode) }
    buffer.reserveCapacity(Self.capacity)
  }

  deinit { close(descriptor) }

  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
    if buffer.count + bytes.count > Self.capacity { try flush() }
    if bytes.count >= Self.capacity {
      try write(bytes)
      grow(by: bytes.count)
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  /// Writes what is still collected and, where asked to, waits until the disk has everything.
  mutating func finish(waitsForDisk: Bool = true) throws(CheckpointError) {
    try flush()
    guard waitsForDisk else { return }
    try systemCall("write it to disk", path) { [descriptor] in fsync(descriptor) }
  }

  private mutating func flush() throws(CheckpointError) {
    try buffer.span.bytes.withUnsafeBytes { bytes throws(CheckpointError) in try write(bytes) }
    grow(by: buffer.count)
    buffer.removeAll(keepingCapacity: true)
  }

  /// Notes that so many bytes more are written, and lets the disk begin with them.
  private mutating func grow(by count: Int) {
    size += count
    guard size - begun >= Self.portion else { return }
    // Where a file system cannot, there is more to wait for in the end.
    _ = sync_file_range(descriptor, begun, size - begun, UInt32(ADARANK_SYNC_FILE_RANGE_WRITE))
    begun = size
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = try systemCall("write to it", path) { [descriptor] in
        let written = Glibc.write(descriptor, rest.base.baseAddress! + rest.startIndex, rest.count)
        return written == -1 && errno == EFAULT ? Self.writeCopy(of: rest, to: descriptor) : written
      }
      rest = rest.dropFirst(written)
    }
  }

  /// Writes the first bytes by way of a copy, where the system cannot read them: they are of a mapped file that has lost
  /// them. Touched here, they bring the signal that tells which file it is.
  private static func writeCopy(of bytes: Slice<UnsafeRawBufferPointer>, to descriptor: CInt) -> Int {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: min(bytes.count, 4_096), alignment: 1)
    defer { copy.deallocate() }
    copy.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes.prefix(copy.count)))
    return Glibc.write(descriptor, copy.baseAddress!, copy.count)
  }
}
