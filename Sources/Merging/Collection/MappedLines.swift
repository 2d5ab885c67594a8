import Checkpoints
import Glibc

/// The lines of a text file that stays mapped: none is kept, and each is decoded when it is asked for.
///
/// Lines end with LF or CRLF. A byte-order mark at the beginning and empty lines at the end are left out.
///
/// Memory: eight bytes for each line.
struct MappedLines: Sendable {
  let path: String
  private let file: MappedFile
  /// Where each line begins in the file.
  private var starts: [Int]

  /// - Throws: `CheckpointError` where the file cannot be read.
  init(path: String) throws {
    let file = try MappedFile(path: path)
    self.path = path
    self.file = file
    starts = file.withBytes { bytes in
      var starts: [Int] = []
      let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
      var position = hasMark ? 3 : 0
      while position < bytes.count {
        starts.append(position)
        position = Self.lineFeed(from: position, in: bytes) + 1
      }
      return starts
    }
    while let last = starts.indices.last, line(last, { $0.isEmpty }) { starts.removeLast() }
  }

  var count: Int { starts.count }

  /// - Throws: `InputError` where the line is not valid UTF-8, or comparing it with others would take very long.
  func text(_ index: Int) throws -> String {
    let isJSON = path.hasSuffix(".jsonl")
    let (text, excess) = line(index) { bytes in
      (String(validating: bytes, as: UTF8.self), StackedMarks.firstExcess(in: bytes, escapes: isJSON))
    }
    guard let text else { throw InputError(["\(path): line \(number(index)) is not valid UTF-8"]) }
    guard excess == nil else {
      throw InputError([
        "\(path): line \(number(index)) holds a letter with more than \(StackedMarks.most) accents"
      ])
    }
    return text
  }

  /// The line's number in the file, from 1.
  ///
  /// Cost: reading the file up to there.
  func number(_ index: Int) -> Int {
    file.withBytes { bytes in
      var (number, position) = (1, 0)
      while position < starts[index] {
        position = Self.lineFeed(from: position, in: bytes) + 1
        number += 1
      }
      return number
    }
  }

  /// Leaves out lines that hold nothing but white space.
  mutating func dropBlank() {
    let space = [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")]
    starts = starts.indices.filter { index in !line(index) { $0.allSatisfy(space.contains) } }.map { starts[$0] }
  }

  /// Lends a line's bytes to `body`.
  private func line<Result>(_ index: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    file.withBytes { bytes in
      var end = Self.lineFeed(from: starts[index], in: bytes)
      if end > starts[index], bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
      return body(UnsafeRawBufferPointer(rebasing: bytes[starts[index]..<end]))
    }
  }

  /// The place of the next line feed, or the end of the file.
  private static func lineFeed(from start: Int, in bytes: UnsafeRawBufferPointer) -> Int {
    let found = memchr(bytes.baseAddress! + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
    return found.map { UnsafeRawPointer($0) - bytes.baseAddress! } ?? bytes.count
  }
}
