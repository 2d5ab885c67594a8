import Glibc

/// By what a file shows that it was written to: its place on the disk, its size and when it last changed.
package struct FileStamp: Equatable, Sendable {
  private let device: UInt
  private let inode: UInt
  private let bytes: Int
  private let modified: [Int]

  /// Of a file or folder, followed where it is a link; nil where there is none.
  package init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt(status.st_dev)
    inode = UInt(status.st_ino)
    bytes = Int(status.st_size)
    modified = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
  }
}
