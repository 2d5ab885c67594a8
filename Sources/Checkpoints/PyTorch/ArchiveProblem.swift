/// What can be wrong with a ZIP archive. Names are those of its members.
package enum ArchiveProblem: Error, Equatable, Sendable {
  /// The record that ends every archive is not there.
  case noEndRecord
  case severalDisks
  /// The central directory is not where the end record places it, or not as long.
  case badDirectory
  case directoryTooLong(byteCount: Int)
  case nameNotUTF8
  /// A letter of a name has more accents than any text has.
  case nameStacked
  case duplicateMember(String)
  case encrypted(String)
  case compressed(String)
  /// There is no local header where the directory places it, or it names another member.
  case badHeader(String)
  /// The member's data would not end before the directory begins.
  case outside(String)
  case overlap(String, other: String)
}

extension ArchiveProblem: CustomStringConvertible {
  /// What is wrong, to follow a path and a colon.
  package var description: String {
    switch self {
    case .noEndRecord:
      "is not a ZIP archive, as PyTorch writes it, or is cut off, or is a mere pointer of Git LFS: copy or download it again"
    case .severalDisks:
      "is one part of a ZIP archive in several parts; join them first"
    case .badDirectory:
      "the directory of the ZIP archive is damaged; copy or download the file again"
    case .directoryTooLong(let byteCount):
      "the directory of the ZIP archive has \(byteCount) bytes, where \(ZipArchive.maximumDirectoryByteCount) are allowed"
    case .nameNotUTF8:
      "a name in the ZIP archive is not valid UTF-8"
    case .nameStacked:
      "a letter of a name in the ZIP archive has more than \(StackedMarks.most) accents"
    case .duplicateMember(let name):
      "the ZIP archive holds \(quoted(name)) twice"
    case .encrypted(let name):
      "\(quoted(name)) in the ZIP archive is encrypted"
    case .compressed(let name):
      "\(quoted(name)) in the ZIP archive is compressed, which torch.save never does;"
        + " unpack the archive, and pack it again with zip -0 -r"
    case .badHeader(let name):
      "the header of \(quoted(name)) in the ZIP archive is damaged; copy or download the file again"
    case .outside(let name):
      "the data of \(quoted(name)) lie outside the ZIP archive; copy or download the file again"
    case .overlap(let name, let other):
      "the data of \(quoted(other)) and \(quoted(name)) in the ZIP archive overlap"
    }
  }

  private func quoted(_ name: String) -> String { String(reflecting: name) }
}
