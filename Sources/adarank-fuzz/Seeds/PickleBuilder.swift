/// Instructions of a pickle as their bytes, as PyTorch writes them.
enum PickleBuilder {
  /// A whole pickle around the instructions for its value.
  static func pickle(_ value: [UInt8], version: UInt8 = 2) -> [UInt8] { [0x80, version] + value + Array(".".utf8) }

  static func text(_ text: String) -> [UInt8] { Array("X".utf8) + little(UInt32(text.utf8.count)) + Array(text.utf8) }

  /// As short as it can be.
  static func integer(_ value: Int) -> [UInt8] {
    switch value {
    case 0...255: Array("K".utf8) + [UInt8(value)]
    case 256...65_535: Array("M".utf8) + little(UInt16(value))
    default: Array("J".utf8) + little(Int32(value))
    }
  }

  static func tuple(_ elements: [[UInt8]]) -> [UInt8] { Array("(".utf8) + elements.joined() + Array("t".utf8) }

  static func integers(_ values: [Int]) -> [UInt8] { tuple(values.map(integer)) }

  static func global(_ module: String, _ name: String) -> [UInt8] { Array("c\(module)\n\(name)\n".utf8) }

  static func call(_ module: String, _ name: String, _ arguments: [[UInt8]]) -> [UInt8] {
    global(module, name) + tuple(arguments) + Array("R".utf8)
  }

  static func dictionary(_ items: [(key: String, value: [UInt8])]) -> [UInt8] {
    Array("}(".utf8) + items.flatMap { text($0.key) + $0.value } + Array("u".utf8)
  }

  static func ordered(_ items: [(key: String, value: [UInt8])]) -> [UInt8] {
    call("collections", "OrderedDict", []) + Array("(".utf8) + items.flatMap { text($0.key) + $0.value }
      + Array("u".utf8)
  }

  /// An object with these attributes.
  static func object(_ name: String, _ attributes: [(key: String, value: [UInt8])]) -> [UInt8] {
    global("torch.nn", name) + [0x29, 0x81] + dictionary(attributes) + Array("b".utf8)
  }

  /// - Parameter key: the name of the storage's file; it is put into the memo under its number, and taken out again where
  ///   another tensor has it too.
  static func tensor(
    _ key: Int, type: String = "FloatStorage", count: Int, offset: Int = 0, shape: [Int], strides: [Int],
    isFirst: Bool = true
  ) -> [UInt8] {
    let slot = UInt8(200 + key)
    let id = tuple([text("storage"), global("torch", type), text("\(key)"), text("cpu"), integer(count)])
    let storage = isFirst ? id + Array("Q".utf8) + Array("q".utf8) + [slot] : Array("h".utf8) + [slot]
    return call(
      "torch._utils", "_rebuild_tensor_v2",
      [storage, integer(offset), integers(shape), integers(strides), [0x89], call("collections", "OrderedDict", [])])
  }
}

/// The bytes of a number, the lowest first.
func little(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }
