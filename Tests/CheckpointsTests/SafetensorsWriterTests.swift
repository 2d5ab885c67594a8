import Foundation
import LinearAlgebra
import Testing

@testable import Checkpoints

@Suite struct SafetensorsWriterTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private var path: String { "\(scratch.path)/f.safetensors" }

  private func writer(_ tensors: [TensorDescription]) throws -> SafetensorsWriter {
    try SafetensorsWriter(path: path, tensors: tensors)
  }

  private func write(_ bytes: [UInt8], of name: String, to writer: SafetensorsWriter) throws {
    try bytes.withUnsafeBytes { try writer.write(name, bytes: $0) }
  }

  private let two = [
    TensorDescription(name: "b", elementType: .u8, shape: [3]),
    TensorDescription(name: "a", elementType: .u8, shape: [2]),
  ]

  @Test func theFileIsWhatTheFormatSays() throws {
    let writer = try SafetensorsWriter(path: path, tensors: two, metadata: ["z": "\"", "format": "pt"])
    try write([1, 2], of: "a", to: writer)
    try write([3, 4, 5], of: "b", to: writer)
    try writer.finish()
    let header =
      #"{"__metadata__":{"format":"pt","z":"\""},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"#
      + #""b":{"dtype":"U8","shape":[3],"data_offsets":[2,5]}}"#
    let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(fileBytes(padded, data: [1, 2, 3, 4, 5])))
  }

  @Test func dataAreOrderedByWidthThenName() throws {
    let writer = try writer([
      TensorDescription(name: "é", elementType: .bf16, shape: []),
      TensorDescription(name: "z", elementType: .bf16, shape: []),
      TensorDescription(name: "a", elementType: .u8, shape: [1]),
      TensorDescription(name: "b", elementType: .f32, shape: [1]),
      TensorDescription(name: "Z", elementType: .i32, shape: [1]),
      TensorDescription(name: "c", elementType: .i64, shape: [1]),
    ])
    #expect(writer.tensors.map(\.name) == ["c", "Z", "b", "z", "é", "a"])
  }

  @Test func everyTypeSurvivesARoundTripAndIsAligned() throws {
    let tensors = ElementType.allCases.map { type in
      NamedTensor(
        name: "t.\(type.rawValue)", elementType: type, shape: [3, 1],
        bytes: (0..<3 * type.byteWidth).map { UInt8($0 + type.byteWidth) })
    }
    try SafetensorsWriter.writeFile(path, tensors: tensors.shuffled(), metadata: ["k\n": "v\u{1}é"])
    let file = try SafetensorsFile(path: path)
    #expect(file.metadata == ["k\n": "v\u{1}é"])
    #expect(file.entries.count == tensors.count)
    for tensor in tensors {
      let entry = try file.entry(tensor.description.name)
      #expect(entry.description == tensor.description)
      #expect(entry.byteRange.lowerBound % entry.elementType.byteWidth == 0)
      #expect(try file.withBytes(of: entry.name) { Array($0) } == tensor.bytes)
    }
    #expect(try scratch.names() == ["f.safetensors"])
  }

  @Test func strangeNamesSurviveARoundTrip() throws {
    let names = ["", "a\"b\\c", "\u{0}\n\t\u{7F}", "日本語", "😀", "__metadata", "a/b"]
    let tensors = names.map { NamedTensor(name: $0, integers: [1], shape: []) }
    try SafetensorsWriter.writeFile(path, tensors: tensors)
    #expect(Set(try SafetensorsFile(path: path).entries.map(\.name)) == Set(names))
  }

  @Test func namedTensorsOfFloatsAndIntegers() throws {
    let tensor = Tensor(shape: [2, 2], elements: [1, -0.5, 3, 1e9])
    let types: [ElementType] = [.f64, .f32, .f16, .bf16]
    try SafetensorsWriter.writeFile(
      path,
      tensors: types.map { NamedTensor(name: $0.rawValue, tensor: tensor, elementType: $0) }
        + [NamedTensor(name: "i", integers: [-1, .max], shape: [1, 2])])
    let file = try SafetensorsFile(path: path)
    #expect(try file.tensor("F64") == tensor)
    #expect(try file.tensor("F32") == tensor)
    #expect(try file.tensor("F16").elements == [1, -0.5, 3, .infinity])
    #expect(try file.tensor("BF16").elements == [1, -0.5, 3, 998_244_352])
    #expect(file["i"]?.shape == [1, 2])
    #expect(try file.readIntegers("i", elements: 0..<2) == [-1, .max])
  }

  @Test func emptyTensorsNeedNotBeWritten() throws {
    let tensors = ["a", "b", "c"].map { TensorDescription(name: $0, elementType: .f32, shape: [0, 3]) }
    let writer = try writer(tensors)
    try write([], of: "b", to: writer)
    try writer.finish()
    let file = try SafetensorsFile(path: path)
    #expect(file.entries.map(\.name) == ["a", "b", "c"])
    #expect(try file.tensor("b") == Tensor(zeros: [0, 3]))
  }

  @Test func tensorsMustComeInOrder() throws {
    let writer = try writer(two)
    #expect(throws: CheckpointError.wroteOutOfOrder(path: path, tensor: "b", expected: "a")) {
      try write([1], of: "b", to: writer)
    }
    try write([1], of: "a", to: writer)
    #expect(throws: CheckpointError.wroteOutOfOrder(path: path, tensor: "b", expected: "a")) {
      try write([1], of: "b", to: writer)
    }
    #expect(throws: CheckpointError.wroteTooMuch(path: path, tensor: "a", byteCount: 2)) {
      try write([2, 3], of: "a", to: writer)
    }
    try write([2], of: "a", to: writer)
    #expect(throws: CheckpointError.wroteTooMuch(path: path, tensor: "a", byteCount: 2)) {
      try write([3], of: "a", to: writer)
    }
    #expect(throws: CheckpointError.incomplete(path: path, tensor: "b", written: 0, byteCount: 3)) {
      try writer.finish()
    }
    try write([3, 4], of: "b", to: writer)
    #expect(throws: CheckpointError.incomplete(path: path, tensor: "b", written: 2, byteCount: 3)) {
      try writer.finish()
    }
    #expect(throws: CheckpointError.wroteOutOfOrder(path: path, tensor: "a", expected: "b")) {
      try write([1], of: "a", to: writer)
    }
    try write([5], of: "b", to: writer)
    #expect(throws: CheckpointError.wroteOutOfOrder(path: path, tensor: "c", expected: nil)) {
      try write([1], of: "c", to: writer)
    }
    try writer.finish()
    #expect(try SafetensorsFile(path: path).readIntegers("b", elements: 0..<3) == [3, 4, 5])
  }

  @Test func badListsAreRefused() throws {
    let tensor = TensorDescription(name: "a", elementType: .i32, shape: [1])
    #expect(throws: CheckpointError.duplicateName(path: path, name: "a")) { try writer([tensor, tensor]) }
    #expect(throws: CheckpointError.reservedName(path: path)) {
      try writer([TensorDescription(name: "__metadata__", elementType: .u8, shape: [])])
    }
  }

  @Test func systemErrorsAreThrown() throws {
    let inMissing = "\(scratch.path)/missing/f"
    #expect(throws: CheckpointError.system(path: inMissing, attempt: "create it", code: ENOENT)) {
      try SafetensorsWriter(path: inMissing, tensors: [])
    }
    let full = try SafetensorsWriter(path: "/dev/full", tensors: two)
    try write([1, 2], of: "a", to: full)
    try write([1, 2, 3], of: "b", to: full)
    #expect(throws: CheckpointError.system(path: "/dev/full", attempt: "write to it", code: ENOSPC)) {
      try full.finish()
    }
  }

  @Test func aFileThatCannotBeWrittenLeavesTheOldOne() throws {
    try SafetensorsWriter.writeFile(path, tensors: [NamedTensor(name: "a", integers: [1], shape: [])])
    let twice = [NamedTensor(name: "a", integers: [2], shape: []), NamedTensor(name: "a", integers: [3], shape: [])]
    #expect(throws: CheckpointError.self) { try SafetensorsWriter.writeFile(path, tensors: twice) }
    #expect(try SafetensorsFile(path: path).readIntegers("a", elements: 0..<1) == [1])
    let folder = "\(scratch.path)/folder/in"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    #expect(throws: CheckpointError.self) { try SafetensorsWriter.writeFile("\(scratch.path)/folder", tensors: []) }
    #expect(try scratch.names() == ["f.safetensors", "folder"])
  }
}
