import Testing

@testable import Checkpoints

@Suite struct SafetensorsHeaderTests {
  private func parse(_ bytes: [UInt8]) throws -> SafetensorsHeader {
    try bytes.withUnsafeBytes { try SafetensorsHeader(parsing: $0, path: "f") }
  }

  private func expect(
    _ error: CheckpointError, from bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(throws: error, sourceLocation: sourceLocation) { try parse(bytes) }
  }

  @Test func entriesAreInTheOrderOfTheirDataWithRangesOfTheFile() throws {
    let text = """
      {"b":{"dtype":"U8","shape":[2,1],"data_offsets":[4,6]},"__metadata__":{"format":"pt"},\
      "a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}
      """
    let header = try parse(fileBytes(text, data: [0, 0, 0, 0, 1, 2]))
    let start = 8 + text.utf8.count
    #expect(header.metadata == ["format": "pt"])
    #expect(header.entries.map(\.name) == ["a", "b"])
    #expect(header.entries.map(\.elementType) == [.f32, .u8])
    #expect(header.entries.map(\.shape) == [[], [2, 1]])
    #expect(header.entries.map(\.elementCount) == [1, 2])
    #expect(header.entries.map(\.byteRange) == [start..<start + 4, start + 4..<start + 6])
  }

  @Test func aFileWithoutTensorsIsValid() throws {
    #expect(try parse(fileBytes("{}")).entries.isEmpty)
    #expect(try parse(fileBytes("{}      ")).entries.isEmpty)
  }

  @Test func emptyTensorsMayLieAnywhereBetweenOthers() throws {
    let text = """
      {"full":{"dtype":"I8","shape":[2],"data_offsets":[0,2]},\
      "before":{"dtype":"F64","shape":[0],"data_offsets":[0,0]},\
      "after":{"dtype":"F64","shape":[3,0],"data_offsets":[2,2]}}
      """
    #expect(try parse(fileBytes(text, data: [1, 2])).entries.map(\.name) == ["before", "full", "after"])
  }

  @Test func theHeaderMustFitTheFile() {
    expect(.tooShort(path: "f", byteCount: 0), from: [])
    expect(.tooShort(path: "f", byteCount: 7), from: [2, 0, 0, 0, 0, 0, 0])
    expect(.headerPastEnd(path: "f", length: 3, available: 2), from: [3, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D])
    expect(.headerTooLong(path: "f", length: 100_000_001), from: fileBytes(length: 100_000_001, [0x7B, 0x7D]))
    expect(
      .headerPastEnd(path: "f", length: 100_000_000, available: 2), from: fileBytes(length: 100_000_000, [0x7B, 0x7D]))
    expect(.headerTooLong(path: "f", length: .max), from: [255, 255, 255, 255, 255, 255, 255, 255, 0x7B, 0x7D])
  }

  @Test func theHeaderMustBeAnObjectInJSON() {
    expect(.notUTF8(path: "f"), from: [3, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0xFF, 0x7D])
    expect(.notJSON(path: "f", offset: 0, reason: "the text ends where a value is expected"), from: fileBytes(""))
    expect(.notJSON(path: "f", offset: 1, reason: "a name in quotation marks is expected here"), from: fileBytes("{"))
    expect(.notAnObject(path: "f"), from: fileBytes("[]"))
    expect(.notAnObject(path: "f"), from: fileBytes(" {}"))
    expect(.notJSON(path: "f", offset: 2, reason: "something follows the end of the value"), from: fileBytes("{}x"))
  }

  @Test func noNameMayOccurTwice() {
    let entry = #"{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"#
    expect(.duplicateName(path: "f", name: "a"), from: fileBytes(#"{"a":\#(entry),"a":\#(entry)}"#))
    expect(.duplicateName(path: "f", name: "a"), from: fileBytes(#"{"a":\#(entry),"\u0061":\#(entry)}"#))
    expect(
      .duplicateName(path: "f", name: "dtype"),
      from: fileBytes(#"{"a":{"dtype":"U8","dtype":"I8","shape":[0],"data_offsets":[0,0]}}"#))
  }

  @Test func metadataMustBeStrings() {
    expect(.metadataNotStrings(path: "f"), from: fileBytes(#"{"__metadata__":{"a":1}}"#))
    expect(.metadataNotStrings(path: "f"), from: fileBytes(#"{"__metadata__":"a"}"#))
    expect(.metadataNotStrings(path: "f"), from: fileBytes(#"{"__metadata__":null}"#))
  }

  @Test func anEntryMustBeComplete() {
    expect(.entryNotAnObject(path: "f", tensor: "a"), from: fileBytes(#"{"a":[]}"#))
    expect(
      .entryLacks(path: "f", tensor: "a", key: "dtype"), from: fileBytes(#"{"a":{"shape":[0],"data_offsets":[0,0]}}"#))
    expect(
      .entryLacks(path: "f", tensor: "a", key: "shape"),
      from: fileBytes(#"{"a":{"dtype":"U8","data_offsets":[0,0]}}"#))
    expect(
      .entryLacks(path: "f", tensor: "a", key: "data_offsets"), from: fileBytes(#"{"a":{"dtype":"U8","shape":[0]}}"#))
  }

  @Test(arguments: [
    (#""F8""#, "F8"), (#""f32""#, "f32"), ("7", "not a string"),
  ])
  func theElementTypeMustBeKnown(type: String, found: String) {
    expect(
      .unknownElementType(path: "f", tensor: "a", elementType: found),
      from: fileBytes(#"{"a":{"dtype":\#(type),"shape":[0],"data_offsets":[0,0]}}"#))
  }

  @Test(arguments: ["3", "[-1]", "[1.0]", "[1e0]", #"["1"]"#, "[9223372036854775808]", "{}", "null"])
  func theShapeMustBeNonNegativeIntegers(shape: String) {
    expect(
      .badShape(path: "f", tensor: "a"),
      from: fileBytes(#"{"a":{"dtype":"U8","shape":\#(shape),"data_offsets":[0,0]}}"#))
  }

  @Test func theSizeMustNotOverflow() {
    expect(
      .sizeOverflows(path: "f", tensor: "a", shape: [4_294_967_296, 2_147_483_648]),
      from: fileBytes(#"{"a":{"dtype":"U8","shape":[4294967296,2147483648],"data_offsets":[0,0]}}"#))
    expect(
      .sizeOverflows(path: "f", tensor: "a", shape: [9_223_372_036_854_775_807]),
      from: fileBytes(#"{"a":{"dtype":"I16","shape":[9223372036854775807],"data_offsets":[0,0]}}"#))
  }

  @Test(arguments: ["0", "[0]", "[0,1,2]", "[0,-1]", "[0,1.5]", "[0,99999999999999999999]", #"[0,"1"]"#])
  func offsetsMustBeTwoNonNegativeIntegers(offsets: String) {
    expect(
      .badOffsets(path: "f", tensor: "a"),
      from: fileBytes(#"{"a":{"dtype":"U8","shape":[1],"data_offsets":\#(offsets)}}"#))
  }

  /// A file with tensors `a` and `b` of one byte each at these offsets, and `count` bytes of data.
  private func twoBytes(a: String, b: String, count: Int = 2) -> [UInt8] {
    fileBytes(
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":\#(a)},"b":{"dtype":"U8","shape":[1],"data_offsets":\#(b)}}"#,
      data: [UInt8](repeating: 0, count: count))
  }

  @Test func dataMustFillTheFileWithoutGapOrOverlap() throws {
    #expect(try parse(twoBytes(a: "[0,1]", b: "[1,2]")).entries.count == 2)
    expect(.offsetsOutOfOrder(path: "f", tensor: "a", begin: 1, end: 0), from: twoBytes(a: "[1,0]", b: "[1,2]"))
    expect(.dataDoesNotStartAtZero(path: "f", tensor: "a", begin: 1), from: twoBytes(a: "[1,2]", b: "[2,3]"))
    expect(.gap(path: "f", tensor: "b", count: 2), from: twoBytes(a: "[0,1]", b: "[3,4]", count: 4))
    expect(.overlap(path: "f", tensor: "b", other: "a"), from: twoBytes(a: "[0,1]", b: "[0,1]"))
    expect(.truncated(path: "f", tensor: "b", end: 2, available: 1), from: twoBytes(a: "[0,1]", b: "[1,2]", count: 1))
    expect(.trailingBytes(path: "f", count: 3), from: twoBytes(a: "[0,1]", b: "[1,2]", count: 5))
    expect(.trailingBytes(path: "f", count: 1), from: fileBytes("{}", data: [0]))
  }

  @Test func theSizeMustMatchTheShape() {
    let description = TensorDescription(name: "a", elementType: .f32, shape: [2])
    for end in [0, 4, 7, 9] {
      expect(
        .sizeMismatch(path: "f", description: description, found: end),
        from: fileBytes(
          #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,\#(end)]}}"#, data: [UInt8](repeating: 0, count: end)))
    }
  }

  @Test func theLargestOffsetsDoNotOverflow() {
    expect(
      .truncated(path: "f", tensor: "a", end: .max, available: 0),
      from: fileBytes(
        #"{"a":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}"#))
  }

  @Test func everyPrefixOfAFileIsRefused() throws {
    let whole = fileBytes(
      #"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"__metadata__":{"k":"v"}}"#, data: [1, 2, 3])
    #expect(try parse(whole).entries.count == 1)
    for count in 0..<whole.count {
      #expect(throws: CheckpointError.self) { try parse(Array(whole[..<count])) }
    }
  }
}
