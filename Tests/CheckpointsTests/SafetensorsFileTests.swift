import LinearAlgebra
import Testing

@testable import Checkpoints

@Suite struct SafetensorsFileTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  /// A file of one tensor `x`, whose data begin at an address that is a multiple of 8 plus `misalignment`.
  private func open(
    _ type: ElementType, _ data: [UInt8], misalignment: Int = 0, counter: ReadCounter? = nil
  ) throws -> SafetensorsFile {
    let count = data.count / type.byteWidth
    var header = Array(
      #"{"x":{"dtype":"\#(type.rawValue)","shape":[\#(count)],"data_offsets":[0,\#(data.count)]}}"#.utf8)
    while header.count % 8 != misalignment { header.append(0x20) }
    let path = try scratch.write(fileBytes(header, data: data), as: "\(type.rawValue)-\(misalignment).safetensors")
    return try SafetensorsFile(path: path, counter: counter)
  }

  private func bytes<Element: BitwiseCopyable>(_ elements: [Element]) -> [UInt8] {
    elements.withUnsafeBytes { Array($0) }
  }

  private func floats(_ file: SafetensorsFile, _ range: Range<Int>) throws -> [Float] {
    var floats = [Float](repeating: -1, count: range.count)
    try floats.withUnsafeMutableBufferPointer { try file.readFloats("x", elements: range, into: $0) }
    return floats
  }

  @Test(arguments: 0..<8)
  func floatsOfEveryTypeAreReadFromAnyAddress(misalignment: Int) throws {
    let values = (0..<37).map { Float($0) / 4 - 3 }
    for (type, data) in [
      (ElementType.f64, bytes(values.map { Double($0) })), (.f32, bytes(values)),
      (.f16, bytes(values.map { Float16($0) })), (.bf16, bytes(values.map { UInt16($0.bitPattern >> 16) })),
    ] {
      let file = try open(type, data, misalignment: misalignment)
      #expect(try file.entry("x").byteRange.lowerBound % 8 == misalignment)
      #expect(try file.tensor("x") == Tensor(shape: [37], elements: values))
      #expect(try floats(file, 3..<30) == Array(values[3..<30]))
      #expect(try floats(file, 36..<37) == [values[36]])
      #expect(try floats(file, 37..<37) == [])
    }
  }

  @Test(arguments: 0..<8)
  func integersOfEveryTypeAreReadFromAnyAddress(misalignment: Int) throws {
    let cases: [(ElementType, [UInt8], [Int])] = [
      (.i64, bytes([-1, .min, .max] as [Int64]), [-1, .min, .max]),
      (.i32, bytes([-1, .min, .max] as [Int32]), [-1, -2_147_483_648, 2_147_483_647]),
      (.i16, bytes([-1, .min, .max] as [Int16]), [-1, -32768, 32767]),
      (.i8, bytes([-1, .min, .max] as [Int8]), [-1, -128, 127]),
      (.u64, bytes([1, 0, UInt64(Int.max)]), [1, 0, .max]),
      (.u32, bytes([1, 0, .max] as [UInt32]), [1, 0, 4_294_967_295]),
      (.u16, bytes([1, 0, .max] as [UInt16]), [1, 0, 65535]),
      (.u8, [1, 0, 255], [1, 0, 255]),
      (.bool, [1, 0, 1], [1, 0, 1]),
    ]
    for (type, data, expected) in cases {
      let file = try open(type, data, misalignment: misalignment)
      #expect(try file.readIntegers("x", elements: 0..<3) == expected, "\(type)")
      #expect(try file.readIntegers("x", elements: 1..<3) == Array(expected[1...]), "\(type)")
    }
  }

  @Test func wrongTypesAndNamesAreRefused() throws {
    let integers = try open(.i32, [0, 0, 0, 0])
    #expect(throws: CheckpointError.notFloatingPoint(path: integers.path, tensor: "x", elementType: .i32)) {
      try integers.tensor("x")
    }
    #expect(throws: CheckpointError.tensorNotFound(path: integers.path, tensor: "y")) { try integers.tensor("y") }
    #expect(throws: CheckpointError.tensorNotFound(path: integers.path, tensor: "y")) {
      try integers.withBytes(of: "y") { $0.count }
    }
    #expect(integers["y"] == nil)
    let halves = try open(.f16, [0, 0])
    #expect(throws: CheckpointError.notInteger(path: halves.path, tensor: "x", elementType: .f16)) {
      try halves.readIntegers("x", elements: 0..<1)
    }
    let large = try open(.u64, [0, 0, 0, 0, 0, 0, 0, 0x80])
    #expect(throws: CheckpointError.integerTooLarge(path: large.path, tensor: "x", value: 1 << 63)) {
      try large.readIntegers("x", elements: 0..<1)
    }
  }

  @Test func errorsNameTheFile() throws {
    let path = try scratch.write([1, 2], as: "short.safetensors")
    #expect(throws: CheckpointError.tooShort(path: path, byteCount: 2)) { try SafetensorsFile(path: path) }
  }

  @Test func aTensorIsCountedOnceWithItsWholeSize() throws {
    let counter = ReadCounter()
    let file = try open(.f32, bytes([1, 2, 3] as [Float]), counter: counter)
    #expect(counter.distinctBytes == 0)
    _ = try floats(file, 0..<1)
    #expect(counter.distinctBytes == 12)
    _ = try file.tensor("x")
    _ = try SafetensorsFile(path: file.path, counter: counter).withBytes(of: "x") { $0.count }
    #expect(counter.distinctBytes == 12)
    _ = try open(.i8, [1, 2], counter: counter).readIntegers("x", elements: 0..<1)
    #expect(counter.distinctBytes == 14)
  }
}
