import Glibc

/// A new file that is written from beginning to end.
///
/// Small pieces are collected, large ones written as they are.
struct OutputFile: ~Copyable, Sendable {
  private static let capacity = 1 << 20

  let path: String
  private let descriptor: CInt
  private var buffer: [UInt8] = []

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
    buffer.removeAll(keepingCapacity: true)
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = try systemCall("write to it", path) { [descriptor] in
        Glibc.write(descriptor, rest.base.baseAddress! + rest.startIndex, rest.count)
      }
      rest = rest.dropFirst(written)
    }
  }
}
