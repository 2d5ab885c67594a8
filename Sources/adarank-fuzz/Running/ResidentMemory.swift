import Glibc

/// How much of the machine's memory this process has, by `/proc/self/status`, in bytes.
struct ResidentMemory {
  /// The most since `forgetPeak`, mapped files included.
  let peak: Int
  /// Pages of its own, which files do not back.
  let privateBytes: Int
  /// Addresses that are in use, whether or not there is memory behind them.
  let addressSpace: Int

  init() {
    var (peak, privateBytes, addressSpace) = (0, 0, 0)
    let text = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4_096) { buffer in
      let descriptor = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
      defer { close(descriptor) }
      let count = max(0, read(descriptor, buffer.baseAddress!, buffer.count))
      return Array(buffer[0..<count])
    }
    for line in text.split(separator: UInt8(ascii: "\n")) {
      if line.starts(with: "VmHWM:".utf8) { peak = Self.bytes(line) }
      if line.starts(with: "RssAnon:".utf8) { privateBytes = Self.bytes(line) }
      if line.starts(with: "VmSize:".utf8) { addressSpace = Self.bytes(line) }
    }
    (self.peak, self.privateBytes, self.addressSpace) = (peak, privateBytes, addressSpace)
  }

  /// The number of kibibytes in a line, in bytes.
  private static func bytes(_ line: ArraySlice<UInt8>) -> Int {
    line.reduce(0) { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($1) ? $0 * 10 + Int($1 - 48) : $0 } * 1_024
  }

  /// Lets the peak begin anew, from what is resident now.
  static func forgetPeak() {
    let descriptor = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = write(descriptor, "5", 1)
    close(descriptor)
  }
}
