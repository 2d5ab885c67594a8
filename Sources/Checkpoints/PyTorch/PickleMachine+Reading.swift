extension PickleMachine {
  /// The next little-endian integer of the pickle.
  mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type
  ) throws(PickleProblem) -> Value {
    guard let value = cursor.integer(type) else { throw .endsEarly }
    return value
  }

  private mutating func bytes(count: some FixedWidthInteger) throws(PickleProblem) -> Slice<UnsafeRawBufferPointer> {
    guard let count = Int(exactly: count), let range = cursor.skip(count) else { throw .endsEarly }
    return cursor.bytes[range]
  }

  /// Passes over bytes that are a value: none that is needed.
  mutating func pushBytes(count: some FixedWidthInteger) throws(PickleProblem) {
    _ = try bytes(count: count)
    stack.append(.other)
  }

  /// The next text, in UTF-8.
  mutating func text(byteCount: some FixedWidthInteger) throws(PickleProblem) -> String {
    let content = UnsafeRawBufferPointer(rebasing: try bytes(count: byteCount))
    guard let text = String(validating: content, as: UTF8.self) else { throw .textNotUTF8 }
    guard StackedMarks.firstExcess(in: content) == nil else { throw .textStacked }
    return text
  }

  /// The text up to the next line feed.
  mutating func line() throws(PickleProblem) -> String {
    let rest = cursor.bytes[cursor.position...]
    guard let end = rest.prefix(Self.maximumNameLength + 1).firstIndex(of: 0x0A) else {
      throw rest.count > Self.maximumNameLength ? .nameTooLong : .endsEarly
    }
    let line = try text(byteCount: end - cursor.position)
    _ = cursor.skip(1)
    return line
  }

  /// An integer in two's complement of any length. One that exceeds `Int` is no size of anything.
  mutating func longInteger(byteCount: Int) throws(PickleProblem) -> PickleValue {
    let bytes = try bytes(count: byteCount)
    guard bytes.count <= 8 else { return .other }
    var value = bytes.last.map { $0 >= 0x80 ? -1 : 0 } ?? 0
    for byte in bytes.reversed() { value = value << 8 | Int(byte) }
    return .integer(value)
  }

  /// The name of a class or function by today's name of its module, where Python 2 had another.
  func name(module: String, name: String) throws(PickleProblem) -> String {
    guard module.utf8.count + 1 + name.utf8.count <= Self.maximumNameLength else { throw .nameTooLong }
    let modules = ["__builtin__": "builtins", "copy_reg": "copyreg"]
    return "\(modules[module] ?? module).\(name)"
  }

  /// A class or function as a value.
  func global(module: String, name: String) throws(PickleProblem) -> PickleValue {
    .global(try self.name(module: module, name: name))
  }

  /// Makes a class or function of two texts on the stack.
  mutating func pushGlobal() throws(PickleProblem) {
    let parts = try pop(2)
    guard case .text(let module) = parts[0], case .text(let name) = parts[1] else {
      throw .wrongOperand(opcode: PickleOpcode.stackGlobal.rawValue)
    }
    stack.append(try global(module: module, name: name))
  }
}
