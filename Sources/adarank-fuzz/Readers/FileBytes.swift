import Foundation

/// Files as the fuzzer reads them itself, to look at what a reader has made of them.
enum FileBytes {
  static func read(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }
}
