import Glibc

/// An open file that may be a picture.
struct PictureFile: ~Copyable {
  /// The most bytes that a file may have. The largest picture that is read takes less in memory.
  static let maximumCount = 1 << 30

  let path: String
  /// In bytes.
  let count: Int
  private let descriptor: Int32

  deinit { close(descriptor) }

  /// - Throws: `PictureError` where there is no readable regular file at `path`, or it has more than `maximumCount`
  ///   bytes.
  static func open(_ path: String) throws(PictureError) -> PictureFile {
    // A pipe would keep open(2) waiting for its other end.
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    let openCode = errno
    guard descriptor != -1 else { throw .system(path: path, attempt: "open it", code: openCode) }
    var status = stat()
    let result = fstat(descriptor, &status)
    let statusCode = errno
    // From here on the file is closed with the value, also where it is not returned.
    let file = PictureFile(path: path, count: Int(status.st_size), descriptor: descriptor)
    guard result == 0 else { throw .system(path: path, attempt: "read its size", code: statusCode) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile(path: path) }
    guard file.count <= maximumCount else { throw .tooManyBytes(path: path, byteCount: file.count) }
    return file
  }

  /// All bytes of the file.
  func bytes() throws(PictureError) -> [UInt8] { try prefix(count) }

  /// The first bytes of the file, at most `limit`; fewer where another program has shortened it.
  func prefix(_ limit: Int) throws(PictureError) -> [UInt8] {
    var code: Int32 = 0
    let wanted = min(limit, count)
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
      while filled < wanted {
        let got = pread(descriptor, buffer.baseAddress! + filled, wanted - filled, filled)
        let readCode = errno
        if got > 0 { filled += got }
        if got == 0 { return }
        if got == -1, readCode != EINTR {
          code = readCode
          return
        }
      }
    }
    if code != 0 { throw .system(path: path, attempt: "read it", code: code) }
    return bytes
  }
}
