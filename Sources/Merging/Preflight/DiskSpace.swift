import CLinux
import Glibc

/// The room on the disk that a folder lies on.
package struct DiskSpace: Equatable, Sendable {
  /// Bytes that a person without privileges can still write.
  package let available: Int
  /// Whether the folder lies in memory (tmpfs): what is put there saves none.
  let isMemory: Bool

  init(available: Int, isMemory: Bool = false) {
    self.available = available
    self.isMemory = isMemory
  }

  /// No room where there is no such folder.
  package init(of folder: String) {
    var status = statvfs()
    available = statvfs(folder, &status) == 0 ? Int(status.f_bavail) * Int(status.f_frsize) : 0
    var kind = statfs()
    isMemory = statfs(folder, &kind) == 0 && kind.f_type == 0x0102_1994
  }

  /// Of the disk that a folder lies on, or would lie on if it was made.
  init(ofFuture folder: String) {
    var path = folder
    while access(path, F_OK) != 0, let slash = path.lastIndex(of: "/") {
      path = slash == path.startIndex ? "/" : String(path[..<slash])
    }
    // A name without slashes lies here.
    self.init(of: access(path, F_OK) == 0 ? path : ".")
  }
}
