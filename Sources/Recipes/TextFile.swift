import Checkpoints
import Glibc

extension Source {
  /// The most bytes of a recipe, a collection or a file of names.
  static let mostBytes = 16 << 20

  /// The text of the file that this is the beginning of. It may be a pipe.
  func readText() throws(Finding) -> String {
    let bytes = try readBytes()
    guard bytes.count <= Self.mostBytes else {
      throw Finding(file: name, message: "has more than \(Self.mostBytes) bytes")
    }
    guard bytes.withUnsafeBytes({ StackedMarks.firstExcess(in: $0) }) == nil else {
      throw Finding(file: name, message: "holds a letter with more than \(StackedMarks.most) accents")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Finding(file: name, message: "is not UTF-8 text")
    }
    return text
  }

  /// All bytes of the file, or one more than there may be: some devices have no end.
  private func readBytes() throws(Finding) -> [UInt8] {
    func failure() -> Finding { Finding(file: name, message: "cannot be read: \(String(cString: strerror(errno)))") }
    let descriptor = open(name, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= Self.mostBytes {
      let count = read(descriptor, &part, min(part.count, Self.mostBytes + 1 - bytes.count))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure() }
      if count == 0 { break }
      bytes += part[0..<count]
    }
    return bytes
  }
}
