/// Parts of pickles, as their bytes.
enum PickleBytes {
  /// A whole pickle of protocol 2 around the instructions for its value.
  static func pickle(_ value: [UInt8]) -> [UInt8] { [0x80, 2] + value + Array(".".utf8) }

  static func text(_ text: String) -> [UInt8] { Array("X".utf8) + little(UInt32(text.utf8.count)) + Array(text.utf8) }

  static func integer(_ value: Int) -> [UInt8] { [0x8A, 8] + little(Int64(value)) }

  static func tuple(_ elements: [[UInt8]]) -> [UInt8] { Array("(".utf8) + elements.joined() + Array("t".utf8) }

  static func integers(_ values: [Int]) -> [UInt8] { tuple(values.map(integer)) }

  static func global(_ module: String, _ name: String) -> [UInt8] { Array("c\(module)\n\(name)\n".utf8) }

  static func call(_ module: String, _ name: String, _ arguments: [[UInt8]]) -> [UInt8] {
    global(module, name) + tuple(arguments) + Array("R".utf8)
  }

  static func dictionary(_ items: [(key: [UInt8], value: [UInt8])]) -> [UInt8] {
    Array("}(".utf8) + items.flatMap { $0.key + $0.value } + Array("u".utf8)
  }

  static func dictionary(_ items: [(key: String, value: [UInt8])]) -> [UInt8] {
    dictionary(items.map { (text($0.key), $0.value) })
  }

  /// An object with these attributes.
  static func object(_ attributes: [(key: String, value: [UInt8])]) -> [UInt8] {
    global("some", "Class") + [0x29, 0x81] + dictionary(attributes) + Array("b".utf8)
  }

  static func storage(_ key: String, type: String = "FloatStorage", count: Int) -> [UInt8] {
    tuple([text("storage"), global("torch", type), text(key), text("cpu"), integer(count)]) + Array("Q".utf8)
  }

  /// A tensor in a storage of its own, which is called `key`.
  static func tensor(
    _ key: String = "0", type: String = "FloatStorage", count: Int = 2, offset: Int = 0, shape: [Int] = [2],
    strides: [Int] = [1]
  ) -> [UInt8] {
    call(
      "torch._utils", "_rebuild_tensor_v2",
      [storage(key, type: type, count: count), integer(offset), integers(shape), integers(strides), [0x89], [0x4E]])
  }
}
