import Glibc

/// The folder a path lies in, and its last component. Slashes at the end do not count.
func split(_ path: String) -> (folder: String, name: String) {
  let trimmed = path.reversed().drop { $0 == "/" }
  let name = String(trimmed.prefix { $0 != "/" }.reversed())
  let folder = String(trimmed.dropFirst(name.count).reversed())
  if folder.isEmpty { return (".", name) }
  let withoutSlash = folder.reversed().drop { $0 == "/" }.reversed()
  return (withoutSlash.isEmpty ? "/" : String(withoutSlash), name)
}

/// Waits until the disk has a file, or which files a folder holds.
func synchronise(_ path: String) throws(CheckpointError) {
  let descriptor = try systemCall("open it", path) { open(path, O_RDONLY | O_CLOEXEC) }
  defer { close(descriptor) }
  try systemCall("write it to disk", path) { fsync(descriptor) }
}

/// The names of all that lies in a folder, hidden or not, in no particular order.
func itemNames(in folder: String) throws(CheckpointError) -> [String] {
  guard let stream = opendir(folder) else { throw .system(path: folder, attempt: "list it", code: errno) }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    if name != "." && name != ".." { names.append(name) }
  }
  return names
}

/// Removes a file, or a folder and everything in it. Symbolic links are removed, not followed.
func removeTree(_ path: String) throws(CheckpointError) {
  if unlink(path) == 0 { return }
  guard errno == EISDIR else { throw .system(path: path, attempt: "remove it", code: errno) }
  for name in try itemNames(in: path) { try removeTree("\(path)/\(name)") }
  try systemCall("remove it", path) { rmdir(path) }
}

/// Waits until the disk has a folder and everything in it.
func synchroniseTree(_ path: String) throws(CheckpointError) {
  if try FileKind(path: path) == .folder {
    for name in try itemNames(in: path) { try synchroniseTree("\(path)/\(name)") }
  }
  try synchronise(path)
}
