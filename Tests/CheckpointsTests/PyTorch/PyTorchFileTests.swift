import Foundation
import LinearAlgebra
import Testing

@testable import Checkpoints

/// Checkpoints that PyTorch wrote, compared with the same tensors as the safetensors library wrote them.
/// `Tests/Fixtures/pytorch/make.py` made both.
@Suite struct PyTorchFileTests {
  static func fixture(_ name: String) -> String {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return tests.appendingPathComponent("Fixtures/pytorch/\(name)").path
  }

  @Test(arguments: [
    ("state.pt", "state"), ("tree-2.pt", "tree"), ("tree-3.pt", "tree"), ("tree-4.pt", "tree"), ("tree-5.pt", "tree"),
    ("clip.pt", "clip"),
  ])
  func tensorsAreThoseOfTorch(name: String, expected: String) throws {
    let file = try PyTorchFile(path: Self.fixture(name))
    let golden = try SafetensorsFile(path: Self.fixture("\(expected).safetensors"))
    #expect(file.entries.count == golden.entries.count)
    for entry in golden.entries {
      #expect(file[entry.name]?.description == entry.description)
      let bytes = try golden.withBytes(of: entry.name) { Array($0) }
      #expect(try file.withBytes(of: entry.name) { Array($0) } == bytes, "\(entry.name)")
    }
  }

  @Test func everyPartOfAViewIsReadable() throws {
    let file = try PyTorchFile(path: Self.fixture("state.pt"))
    for name in ["transposed", "sliced", "last", "half"] {
      let whole = try file.tensor(name).elements
      for begin in 0...whole.count {
        for end in begin...whole.count {
          var floats = [Float](repeating: -1, count: end - begin)
          try floats.withUnsafeMutableBufferPointer { try file.readFloats(name, elements: begin..<end, into: $0) }
          #expect(floats == Array(whole[begin..<end]), "\(name) \(begin)..<\(end)")
        }
      }
    }
  }

  @Test func tiedTensorsAreLentFromOnePlace() throws {
    let file = try PyTorchFile(path: Self.fixture("state.pt"))
    #expect(try file.entry("tied").byteRange == file.entry("parameter").byteRange)
    #expect(try file.address("tied") == file.address("parameter"))
    file.prefetch("tied")
    #expect(file.entries.map(\.byteRange.lowerBound) == file.entries.map(\.byteRange.lowerBound).sorted())
  }

  @Test func unknownNamesAreRefused() throws {
    let path = Self.fixture("state.pt")
    let file = try PyTorchFile(path: path)
    #expect(file["other"] == nil)
    #expect(throws: CheckpointError.tensorNotFound(path: path, tensor: "other")) { try file.tensor("other") }
  }

  @Test func readingIsCounted() throws {
    let counter = ReadCounter()
    let file = try PyTorchFile(path: Self.fixture("state.pt"), counter: counter)
    #expect(counter.distinctBytes == 0)
    _ = try file.tensor("transposed")
    _ = try file.tensor("transposed")
    #expect(counter.distinctBytes == 96)
  }

  @Test(arguments: [
    ("evil.pt", "calls posix.system, which is no part of a checkpoint; nothing was run."),
    ("old.pt", "before 1.6"), ("script.pt", "is a TorchScript program"),
  ])
  func whatIsNoCheckpointIsRefused(name: String, message: String) throws {
    let path = Self.fixture(name)
    let error = try #require(throws: CheckpointError.self) { try PyTorchFile(path: path) }
    #expect(error.description.hasPrefix("\(path): "))
    #expect(error.description.contains(message))
  }

  /// A file of more than 4 GB, of which the largest part is a hole.
  @Test func offsetsMayExceed32Bits() throws {
    let scratch = try ScratchFolder()
    let gap = 5 << 30
    let pickle = PickleBytes.pickle(PickleBytes.dictionary([("w", PickleBytes.tensor())]))
    let storage: [UInt8] = [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]
    let end = archiveBytes([("x/data.pkl", pickle), ("x/data/0", storage)], zip64: true, behind: gap)
    let whole = "\(scratch.path)/whole.pt"
    try #require(FileManager.default.createFile(atPath: whole, contents: nil))
    let handle = try #require(FileHandle(forWritingAtPath: whole))
    try handle.seek(toOffset: UInt64(gap))
    try handle.write(contentsOf: Data(end))
    try handle.close()
    let file = try PyTorchFile(path: whole)
    #expect(try file.entry("w").byteRange.lowerBound > gap)
    #expect(try file.tensor("w") == Tensor(shape: [2], elements: [1, 2]))
  }

  /// Every byte of a file set to others: the file is refused, or every tensor of it can be read.
  @Test func damagedFilesNeverCrash() throws {
    let whole = Array(try Data(contentsOf: URL(fileURLWithPath: Self.fixture("state.pt"))))
    var generator = Generator(state: 1)
    var (refused, read) = (0, 0)
    for _ in 0..<2000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      if Int.random(in: 0..<20, using: &generator) == 0 {
        bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
      }
      let placements = bytes.withUnsafeBytes { bytes in
        do throws(CheckpointError) {
          return try PyTorchArchive(bytes, path: "f").placements()
        } catch {
          #expect(error.description.hasPrefix("f: "))
          return []
        }
      }
      if placements.isEmpty { refused += 1 } else { read += 1 }
      for placement in placements {
        let (entry, layout) = (placement.entry, placement.layout)
        #expect(entry.byteRange.lowerBound >= 0 && entry.byteRange.upperBound <= bytes.count)
        var target = [UInt8](repeating: 0, count: entry.byteCount)
        target.withUnsafeMutableBytes { target in
          bytes.withUnsafeBytes {
            let extent = UnsafeRawBufferPointer(rebasing: $0[entry.byteRange])
            layout.gather(0..<entry.elementCount, width: entry.elementType.byteWidth, from: extent, into: target)
          }
        }
      }
    }
    #expect(refused > 200 && read > 200)
  }
}

extension PyTorchFile {
  /// Where the bytes of a tensor are lent from.
  fileprivate func address(_ name: String) throws -> UInt {
    try withBytes(of: name) { UInt(bitPattern: $0.baseAddress) }
  }
}

/// Numbers that are the same in every run. Source: Steele et al., SplitMix64.
private struct Generator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
