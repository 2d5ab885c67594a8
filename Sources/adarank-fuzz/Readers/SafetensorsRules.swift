import Checkpoints

/// The rules of safetensors, by another way than the reader's: Foundation's JSON, and the format's description.
enum SafetensorsRules {
  private static let widths = [
    "F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2, "U16": 2, "I8": 1,
    "U8": 1,
    "BOOL": 1,
  ]

  /// Checks that a file that was read is right, and was read right.
  static func check(_ file: [UInt8], against entries: [TensorEntry]) throws(Violation) {
    guard file.count >= 8 else { throw Violation("a file of \(file.count) bytes was read") }
    let length = file.prefix(8).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(file.count - 8) else { throw Violation("a header of \(length) bytes was read") }
    let start = 8 + Int(length)
    guard let header = try FoundationJSON.object(file[8..<start]) else { return }
    // Foundation's strings lose a byte-order mark that they begin with.
    if entries.contains(where: { $0.name.unicodeScalars.first == "\u{FEFF}" }) { return }
    let names = Set(header.keys).subtracting(["__metadata__"])
    guard names == Set(entries.map(\.name)), names.count == entries.count else {
      throw Violation("the header names \(names.count) tensors, and \(entries.count) were read")
    }
    var end = start
    for entry in entries {
      guard let member = header[entry.name] as? [String: Any], let type = member["dtype"] as? String,
        let width = widths[type], let shape = member["shape"] as? [Int], let offsets = member["data_offsets"] as? [Int],
        offsets.count == 2, shape.allSatisfy({ $0 >= 0 })
      else { throw Violation("the header's entry of \(entry.name) is wrong") }
      var size = width
      for extent in shape {
        let (product, overflows) = size.multipliedReportingOverflow(by: extent)
        guard !overflows else { throw Violation("the size of \(entry.name) exceeds every memory") }
        size = product
      }
      guard offsets[0] + start == end, offsets[1] - offsets[0] == size else {
        throw Violation("the data of \(entry.name) do not follow the data before them, or are not as long as its shape")
      }
      end += size
      guard entry.byteRange == end - size..<end, entry.shape == shape, entry.elementType.rawValue == type else {
        throw Violation("\(entry.name) was read as another tensor than the header says")
      }
    }
    guard end == file.count else { throw Violation("the data end at \(end), and the file at \(file.count)") }
  }
}
