/// Changes of a pickle, instruction by instruction.
enum PickleMutation {
  static func apply(to bytes: inout [UInt8], using random: inout CaseRandom) {
    guard var program = instructions(of: bytes), program.count > 2 else {
      return bytes.mutate(others: [], using: &random)
    }
    for _ in 0...random.below(3) { change(&program, using: &random) }
    bytes = Array(program.joined())
  }

  private static func change(_ program: inout [[UInt8]], using random: inout CaseRandom) {
    // The first says the protocol, and the last ends it.
    let index = 1 + random.below(max(1, program.count - 2))
    switch random.below(12) {
    case 0: if program.count > 3 { program.remove(at: index) }
    case 1: program.insert(program[index], at: index)
    case 2: program.swapAt(index, 1 + random.below(program.count - 1))
    case 3: program.insert(instruction(using: &random), at: index)
    case 4:
      let most = random.isOne(in: 4) ? 65_536 : 256
      program.insert(contentsOf: repeatElement(instruction(using: &random), count: random.below(most)), at: index)
    case 5:
      let range = random.range(within: program.count)
      program.insert(contentsOf: Array(program[range]), at: index)
    case 6: program[index] = integer(using: &random)
    case 7: program[index] = PickleBuilder.text(Extremes.text(using: &random))
    case 8: program[index] = global(using: &random)
    case 9: program.insert(contentsOf: call(using: &random), at: index)
    default: changeArgument(&program[index], using: &random)
    }
  }

  /// Changes what follows the code of an instruction.
  private static func changeArgument(_ instruction: inout [UInt8], using random: inout CaseRandom) {
    guard instruction.count > 1 else { return }
    switch instruction.count - 1 {
    case 1, 2, 4, 8: instruction.write(Extremes.bits(using: &random), width: instruction.count - 1, at: 1)
    default:
      var argument = Array(instruction[1...])
      argument.mutate(others: [], using: &random)
      instruction = [instruction[0]] + argument
    }
  }

  private static func integer(using random: inout CaseRandom) -> [UInt8] {
    let bits = Extremes.bits(using: &random)
    switch random.below(4) {
    case 0: return [0x8A, 8] + little(bits)
    case 1: return [0x8A, 9] + little(bits) + [random.byte()]
    case 2: return [0x8B] + little(Int32(truncatingIfNeeded: bits))
    default: return Array("J".utf8) + little(Int32(truncatingIfNeeded: bits))
    }
  }

  private static func global(using random: inout CaseRandom) -> [UInt8] {
    let (module, name) = random.pick(names)
    return PickleBuilder.global(module, name)
  }

  private static func call(using random: inout CaseRandom) -> [[UInt8]] {
    [global(using: &random), Array("(".utf8), PickleBuilder.text("id"), Array("t".utf8), Array("R".utf8)]
  }

  private static let names = [
    ("os", "system"), ("builtins", "eval"), ("__builtin__", "exec"), ("posix", "system"), ("subprocess", "Popen"),
    ("torch._utils", "_rebuild_tensor_v2"), ("torch._utils", "_rebuild_tensor_v3"),
    ("torch._utils", "_rebuild_parameter"),
    ("torch._tensor", "_rebuild_from_type_v2"), ("torch._utils", "_rebuild_sparse_tensor"), ("torch", "Size"),
    ("torch", "FloatStorage"), ("torch", "DoubleStorage"), ("torch", "ByteStorage"),
    ("torch.storage", "UntypedStorage"),
    ("torch", "uint16"), ("torch", "complex64"), ("collections", "OrderedDict"), ("collections", "Counter"),
    ("builtins", "set"), ("copyreg", "_reconstructor"), ("builtins", "getattr"), ("", ""), ("é", "é"),
  ]

  /// MARK, POP, POP_MARK, DUP, NONE, EMPTY_TUPLE, EMPTY_LIST, EMPTY_DICT, APPEND, APPENDS, TUPLE, SETITEM, SETITEMS, REDUCE,
  /// BUILD, STOP, BINPERSID, TUPLE1 to TUPLE3, NEWOBJ, EMPTY_SET, FROZENSET, STACK_GLOBAL, MEMOIZE and BINGET.
  private static let codes: [UInt8] = [
    0x28, 0x30, 0x31, 0x32, 0x4E, 0x29, 0x5D, 0x7D, 0x61, 0x65, 0x74, 0x73, 0x75, 0x52, 0x62, 0x2E, 0x51, 0x85, 0x86,
    0x87,
    0x81, 0x8F, 0x91, 0x93, 0x94, 0x68,
  ]

  /// A random instruction of those that a checkpoint may have, and some that it may not.
  private static func instruction(using random: inout CaseRandom) -> [UInt8] {
    let code = random.isOne(in: 8) ? random.byte() : random.pick(codes)
    switch layout(of: code) {
    case .bytes(let count): return [code] + (0..<count).map { _ in random.byte() }
    case .counted(let width):
      let content = (0..<random.below(8)).map { _ in random.byte() }
      return [code] + little(UInt64(content.count)).prefix(width) + content
    case .lines: return [code] + Array("os\nsystem\n".utf8)
    }
  }

  // MARK: - Instructions

  /// What follows the code of an instruction.
  private enum Layout {
    case bytes(Int)
    /// A length of so many bytes, and as many bytes as it says.
    case counted(Int)
    /// Two lines.
    case lines
  }

  /// Source: the comments in Python's `Lib/pickletools.py`.
  private static func layout(of code: UInt8) -> Layout {
    switch code {
    case 0x80, 0x68, 0x71, 0x4B: .bytes(1)
    case 0x4D: .bytes(2)
    case 0x4A, 0x6A, 0x72: .bytes(4)
    case 0x47, 0x95: .bytes(8)
    case 0x8A, 0x8C, 0x43: .counted(1)
    case 0x8B, 0x58, 0x42: .counted(4)
    case 0x8D, 0x8E, 0x96: .counted(8)
    case 0x63, 0x69: .lines
    default: .bytes(0)
    }
  }

  /// The instructions of a pickle, each as its bytes; nil where the last is not whole.
  static func instructions(of bytes: [UInt8]) -> [[UInt8]]? {
    var instructions: [[UInt8]] = []
    var start = 0
    while start < bytes.count {
      var end = start + 1
      switch layout(of: bytes[start]) {
      case .bytes(let count): end += count
      case .counted(let width):
        guard end + width <= bytes.count else { return nil }
        let length = bytes[end..<end + width].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(bytes.count) else { return nil }
        end += width + Int(length)
      case .lines:
        for _ in 0..<2 {
          guard end <= bytes.count, let feed = bytes[end...].firstIndex(of: 0x0A) else { return nil }
          end = feed + 1
        }
      }
      guard end <= bytes.count else { return nil }
      instructions.append(Array(bytes[start..<end]))
      start = end
    }
    return instructions
  }
}
