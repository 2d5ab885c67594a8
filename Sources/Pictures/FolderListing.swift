import Glibc

/// What lies in one folder, by what its names and types say; hidden items are left out.
struct FolderListing {
  /// Names, one after the other in one piece of memory.
  struct Names {
    private(set) var bytes: [UInt8] = []
    private(set) var ranges: [Range<Int>] = []

    var count: Int { ranges.count }
    var strings: [String] { ranges.map { String(decoding: bytes[$0], as: UTF8.self) } }

    mutating func append(_ name: UnsafeRawBufferPointer) {
      ranges.append(bytes.count..<bytes.count + name.count)
      bytes += name
    }

    /// Appends the names in the order of their bytes.
    func appendSorted(to allBytes: inout [UInt8], _ allRanges: inout [Range<Int>]) {
      let sorted = bytes.withUnsafeBytes { bytes in
        ranges.sorted { a, b in
          let (first, second) = (bytes.baseAddress! + a.lowerBound, bytes.baseAddress! + b.lowerBound)
          let order = memcmp(first, second, min(a.count, b.count))
          return order == 0 ? a.count < b.count : order < 0
        }
      }
      let start = allBytes.count
      allBytes += bytes
      allRanges += sorted.map { $0.lowerBound + start..<$0.upperBound + start }
    }
  }

  private enum Kind { case folder, file, other }

  /// In the order of the bytes of their names.
  private(set) var folders: [String] = []
  /// Files whose names end as those of pictures, in no particular order.
  private(set) var pictures = Names()
  /// All else, in no particular order.
  private(set) var others: [String] = []

  /// - Throws: `PictureError.system` where there is no such folder, or it may not be listed.
  init(path: String) throws(PictureError) {
    guard let stream = opendir(path) else { throw .system(path: path, attempt: "list it", code: errno) }
    defer { closedir(stream) }
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      withUnsafeBytes(of: &entry.pointee.d_name) { field in
        let name = UnsafeRawBufferPointer(rebasing: field.prefix { $0 != 0 })
        if name.first == UInt8(ascii: ".") { return }
        add(name, Self.kind(of: name, type: Int32(entry.pointee.d_type), descriptor: dirfd(stream)))
      }
    }
    guard errno == 0 else { throw .system(path: path, attempt: "list it", code: errno) }
    folders.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private mutating func add(_ name: UnsafeRawBufferPointer, _ kind: Kind) {
    guard let text = String(validating: name, as: UTF8.self) else {
      others.append(String(decoding: name, as: UTF8.self))
      return
    }
    switch kind {
    case .folder: folders.append(text)
    case .file where Self.isPictureName(name): pictures.append(name)
    case .file, .other: others.append(text)
    }
  }

  private static func kind(of name: UnsafeRawBufferPointer, type: Int32, descriptor: Int32) -> Kind {
    switch type {
    case Int32(DT_DIR): return .folder
    case Int32(DT_REG): return .file
    case Int32(DT_LNK), Int32(DT_UNKNOWN): break
    default: return .other
    }
    // The name is in an entry of the folder, where a zero follows it.
    var status = stat()
    guard fstatat(descriptor, name.assumingMemoryBound(to: CChar.self).baseAddress!, &status, 0) == 0 else {
      return .other
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return .folder
    case S_IFREG: return .file
    default: return .other
    }
  }

  private static func isPictureName(_ name: UnsafeRawBufferPointer) -> Bool {
    for suffix: StaticString in [".png", ".jpg", ".jpeg"] where name.count > suffix.utf8CodeUnitCount {
      let end = name.suffix(suffix.utf8CodeUnitCount)
      let isEqual = suffix.withUTF8Buffer { small in
        end.elementsEqual(small) { $0 == $1 || isCapital($0, of: $1) }
      }
      if isEqual { return true }
    }
    return false
  }
}

private func isCapital(_ character: UInt8, of letter: UInt8) -> Bool {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(character) && character + 0x20 == letter
}
