import Testing

@testable import Checkpoints

@Suite struct PyTorchArchiveTests {
  private func placements(_ bytes: [UInt8]) throws -> [PyTorchArchive.Placement] {
    try bytes.withUnsafeBytes { try PyTorchArchive($0, path: "f").placements() }
  }

  private func expect(
    _ error: CheckpointError, from bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(throws: error, sourceLocation: sourceLocation) { try placements(bytes) }
  }

  /// An archive with one tensor `w` and the storage "0" of these bytes.
  private func archive(
    _ tensor: [UInt8] = PickleBytes.tensor(), storage: [UInt8] = [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40],
    others: [(name: String, data: [UInt8])] = []
  ) -> [UInt8] {
    let pickle = PickleBytes.pickle(PickleBytes.dictionary([("w", tensor)]))
    return archiveBytes([("x/data.pkl", pickle), ("x/data/0", storage)] + others)
  }

  @Test func placesAreRangesOfTheFile() throws {
    let bytes = archive(PickleBytes.tensor(offset: 1, shape: [1, 1], strides: [7, 1]))
    let placement = try #require(try placements(bytes).first)
    #expect(placement.entry.description == TensorDescription(name: "w", elementType: .f32, shape: [1, 1]))
    #expect(placement.entry.path == "f")
    #expect(Array(bytes[placement.entry.byteRange]) == [0, 0, 0, 0x40])
    #expect(try placements(archive(others: [("x/byteorder", Array("little".utf8))])).count == 1)
  }

  @Test func emptyTensorsLieAnywhere() throws {
    for tensor in [
      PickleBytes.tensor(offset: 9, shape: [0, 3], strides: [3, 1]),
      PickleBytes.tensor(count: 2, shape: [0], strides: [5]),
    ] {
      #expect(try placements(archive(tensor)).first?.entry.byteRange.isEmpty == true)
    }
    #expect(try placements(archive(PickleBytes.tensor(count: 0, shape: [0]), storage: [])).count == 1)
  }

  @Test(arguments: [
    ("Double", ElementType.f64), ("Float", .f32), ("Half", .f16), ("BFloat16", .bf16), ("Long", .i64), ("Int", .i32),
    ("Short", .i16), ("Char", .i8), ("Byte", .u8), ("Bool", .bool),
  ])
  func storagesOfEveryType(name: String, type: ElementType) throws {
    let tensor = PickleBytes.tensor(type: "\(name)Storage", count: 3, shape: [3])
    let bytes = archive(tensor, storage: [UInt8](repeating: 1, count: 3 * type.byteWidth))
    #expect(try placements(bytes).first?.entry.elementType == type)
  }

  @Test func otherTypesAreRefusedByName() {
    expect(
      .unknownElementType(path: "f", tensor: "w", elementType: "torch.ComplexFloatStorage"),
      from: archive(PickleBytes.tensor(type: "ComplexFloatStorage")))
  }

  @Test func whatIsNoCheckpointIsRefused() {
    expect(.archive(path: "f", problem: .noEndRecord), from: [])
    expect(.archive(path: "f", problem: .noEndRecord), from: Array("version https://git-lfs".utf8))
    expect(.pickleWithoutArchive(path: "f"), from: [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46])
    expect(.noPickle(path: "f"), from: archiveBytes([]))
    expect(.noPickle(path: "f"), from: archiveBytes([("data.pkl", [])]))
    expect(.noPickle(path: "f"), from: archiveBytes([("x/version", []), ("y/data.pkl", [])]))
    expect(.torchScript(path: "f"), from: archive(others: [("x/constants.pkl", [])]))
    for order in ["big", "little\n", ""] {
      expect(.notLittleEndian(path: "f"), from: archive(others: [("x/byteorder", Array(order.utf8))]))
    }
    expect(.pickle(path: "f", problem: .endsEarly), from: archiveBytes([("x/data.pkl", [])]))
  }

  @Test func compressedFilesAreRefused() {
    // The member "x/a" is the first: its local header begins at 0, its entry behind 33 bytes of header and name.
    var bytes = archiveBytes([("x/a", [])])
    bytes[8] = 8
    bytes[33 + 10] = 8
    expect(.archive(path: "f", problem: .compressed("x/a")), from: bytes)
  }

  @Test func storagesMustBeThereAndOfTheirSize() {
    expect(.storageMissing(path: "f", tensor: "w", key: "1"), from: archive(PickleBytes.tensor("1")))
    expect(.storageMissing(path: "f", tensor: "w", key: "../0"), from: archive(PickleBytes.tensor("../0")))
    for found in [0, 7, 9, 12] {
      expect(
        .storageSizeMismatch(path: "f", tensor: "w", key: "0", count: 2, found: found),
        from: archive(storage: [UInt8](repeating: 0, count: found)))
    }
    expect(
      .storageSizeMismatch(path: "f", tensor: "w", key: "0", count: .max, found: 8),
      from: archive(PickleBytes.tensor(count: .max)))
  }

  @Test func viewsMustLieInTheirStorage() {
    expect(.badShape(path: "f", tensor: "w"), from: archive(PickleBytes.tensor(shape: [-1])))
    expect(
      .sizeOverflows(path: "f", tensor: "w", shape: [1 << 62]), from: archive(PickleBytes.tensor(shape: [1 << 62])))
    let wrong: [(Int, [Int])] = [(-1, [1]), (0, [-1]), (0, []), (0, [1, 1]), (0, [.max]), (.max, [1])]
    for (offset, strides) in wrong {
      let shape = strides == [.max] ? [3] : [2]
      expect(
        .badStrides(path: "f", tensor: "w"),
        from: archive(PickleBytes.tensor(offset: offset, shape: shape, strides: strides)))
    }
    let views: [(Int, Int, Int, Int)] = [
      (1, 2, 1, 3), (0, 3, 1, 3), (0, 2, 2, 3), (2, 1, 1, 3), (0, 2, 1 << 61, 1 << 61 + 1),
    ]
    for (offset, shape, stride, end) in views {
      expect(
        .viewPastEnd(path: "f", tensor: "w", end: end, available: 2),
        from: archive(PickleBytes.tensor(offset: offset, shape: [shape], strides: [stride])))
    }
    expect(
      .expanded(path: "f", tensor: "w"), from: archive(PickleBytes.tensor(shape: [1 << 40], strides: [0])))
  }
}
