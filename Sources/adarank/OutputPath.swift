import Foundation
import Glibc

/// Where a command shall write a file, looked at before time is spent on what goes into it.
enum OutputPath {
  /// Why the file cannot be written there; empty: it can.
  ///
  /// - Parameter overwrite: whether a file that is there may be replaced.
  static func findings(_ path: String, overwrite: Bool) -> [String] {
    var findings: [String] = []
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    if exists, isFolder.boolValue {
      findings.append("\(path): is a folder")
    } else if exists, !overwrite {
      findings.append("\(path): exists already; give --overwrite to replace it, or another name")
    }
    let folder = URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent().path
    if access(folder, F_OK) != 0 {
      findings.append("\(path): its folder \(folder) does not exist")
    } else if access(folder, W_OK | X_OK) != 0 {
      findings.append("\(path): cannot be written: \(String(cString: strerror(errno))) in \(folder)")
    }
    return findings
  }
}
