import Testing

@testable import Checkpoints

@Suite struct PickleMachineTests {
  private func run(_ bytes: [UInt8]) throws -> Pickle {
    try bytes.withUnsafeBytes { try PickleMachine.run($0, path: "f") }
  }

  /// The value of instructions in protocol 2.
  private func value(_ instructions: [UInt8]) throws -> PickleValue { try run(PickleBytes.pickle(instructions)).root }

  private func node(_ instructions: [UInt8]) throws -> PickleNode? {
    let pickle = try run(PickleBytes.pickle(instructions))
    return pickle.node(pickle.root)
  }

  private func expect(
    _ problem: PickleProblem, from bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(throws: CheckpointError.pickle(path: "f", problem: problem), sourceLocation: sourceLocation) {
      try run(bytes)
    }
  }

  private func expect(
    _ problem: PickleProblem, of instructions: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expect(problem, from: PickleBytes.pickle(latin1(instructions)), sourceLocation: sourceLocation)
  }

  /// Instructions as text, one byte for each scalar.
  private func latin1(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }

  @Test func plainValues() throws {
    let values: [([UInt8], PickleValue)] = [
      ([0x4E], .none), ([0x88], .boolean(true)), ([0x89], .boolean(false)),
      ([0x4A, 0xFE, 0xFF, 0xFF, 0xFF], .integer(-2)), ([0x4B, 0xFF], .integer(255)), ([0x4D, 1, 2], .integer(513)),
      ([0x8A, 0], .integer(0)), ([0x8A, 1, 0x80], .integer(-128)), ([0x8A, 2, 0x80, 0], .integer(128)),
      ([0x8A, 8, 0, 0, 0, 0, 0, 0, 0, 0x80], .integer(.min)), ([0x8A, 9, 0, 0, 0, 0, 0, 0, 0, 0x80, 0], .other),
      ([0x8B, 1, 0, 0, 0, 5], .integer(5)), ([0x47, 0x3F, 0xF0, 0, 0, 0, 0, 0, 0], .other),
      ([0x8C, 2, 0xC3, 0xA9], .text("é")), ([0x58, 1, 0, 0, 0, 0x61], .text("a")),
      ([0x8D, 1, 0, 0, 0, 0, 0, 0, 0, 0x61], .text("a")),
      ([0x43, 1, 0xFF], .other), ([0x42, 1, 0, 0, 0, 0xFF], .other),
      ([0x8E, 1, 0, 0, 0, 0, 0, 0, 0, 0xFF], .other), ([0x96, 1, 0, 0, 0, 0, 0, 0, 0, 0xFF], .other),
      (Array("cos\nsystem\n".utf8), .global("os.system")), (Array("c__builtin__\nset\n".utf8), .global("builtins.set")),
      ([0x8C, 1, 0x61, 0x8C, 1, 0x62, 0x93], .global("a.b")),
    ]
    for (bytes, expected) in values { #expect(try value(bytes) == expected, "\(bytes)") }
  }

  @Test func containers() throws {
    #expect(try node(Array(")".utf8)) == .tuple([]))
    #expect(try node([0x4E, 0x85]) == .tuple([.none]))
    #expect(try node([0x4E, 0x88, 0x86]) == .tuple([.none, .boolean(true)]))
    #expect(try node([0x4E, 0x88, 0x89, 0x87]) == .tuple([.none, .boolean(true), .boolean(false)]))
    #expect(try node(Array("(K\u{1}K\u{2}t".utf8)) == .tuple([.integer(1), .integer(2)]))
    #expect(try node(Array("]K\u{1}a(K\u{2}K\u{3}e".utf8)) == .list([.integer(1), .integer(2), .integer(3)]))
    #expect(try node([0x8F, 0x28, 0x4E, 0x90]) == .list([.none]))
    #expect(try node([0x28, 0x4E, 0x91]) == .list([.none]))
    let pairs = [PicklePair(key: .integer(1), value: .none), PicklePair(key: .integer(2), value: .integer(3))]
    #expect(try node(Array("}K\u{1}Ns(K\u{2}K\u{3}u".utf8)) == .dictionary(pairs))
    #expect(try node(Array("ccollections\nOrderedDict\n)RK\u{1}Ns(K\u{2}K\u{3}u".utf8)) == .dictionary(pairs))
  }

  @Test func stackAndMemo() throws {
    #expect(try node(Array("K\u{1}q\u{7}0(h\u{7}2t".utf8)) == .tuple([.integer(1), .integer(1)]))
    let wide = latin1("K\u{1}r\u{7}\u{0}\u{0}\u{0}j\u{7}\u{0}\u{0}\u{0}\u{86}")
    #expect(try node(wide) == .tuple([.integer(1), .integer(1)]))
    #expect(try value([0x4B, 1, 0x94, 0x30, 0x4B, 2, 0x94, 0x30, 0x68, 1]) == .integer(2))
    #expect(try value(Array("N(K\u{1}K\u{2}1".utf8)) == .none)
    #expect(try value(Array("N(0".utf8)) == .none)
    #expect(try value([0x95, 1, 0, 0, 0, 0, 0, 0, 0, 0x4E]) == .none)
    // A list that holds itself.
    let pickle = try run(PickleBytes.pickle(Array("]q\u{0}h\u{0}a".utf8)))
    #expect(pickle.node(pickle.root) == .list([pickle.root]))
  }

  @Test func objectsAreRecordsOfTheirAttributes() throws {
    for bytes in [
      "csome\nClass\n)\u{81}}X\u{1}\u{0}\u{0}\u{0}aK\u{1}sb",
      "ccopy_reg\n_reconstructor\n(csome\nClass\n"
        + "c__builtin__\nobject\nNtR}X\u{1}\u{0}\u{0}\u{0}aK\u{1}sb",
    ] {
      let pickle = try run(PickleBytes.pickle(latin1(bytes)))
      #expect(pickle.attributes(pickle.root) == [PicklePair(key: .text("a"), value: .integer(1))])
    }
    // One with slots, and one that is a dictionary too.
    let slots = try run(PickleBytes.pickle(latin1("csome\nClass\n)\u{81}}K\u{1}Ns}\u{86}b")))
    #expect(slots.attributes(slots.root) == [PicklePair(key: .integer(1), value: .none)])
    let items = try run(PickleBytes.pickle(latin1("csome\nClass\n)\u{81}K\u{1}NsNa")))
    #expect(items.items(items.root) == [PicklePair(key: .integer(1), value: .none)])
  }

  @Test func whatPyTorchCallsIsImitated() throws {
    let plain: [(String, String, [[UInt8]])] = [
      ("torch", "device", [PickleBytes.text("cpu")]), ("_codecs", "encode", []), ("__builtin__", "xrange", []),
      ("torchvision.transforms.functional", "InterpolationMode", [PickleBytes.text("bicubic")]),
      (
        "builtins", "getattr",
        [PickleBytes.global("torchvision.transforms.functional", "InterpolationMode"), PickleBytes.text("BICUBIC")]
      ),
    ]
    for (module, name, arguments) in plain { #expect(try value(PickleBytes.call(module, name, arguments)) == .other) }
    #expect(try node(PickleBytes.call("torch", "Size", [PickleBytes.integers([2])])) == .tuple([.integer(2)]))
    #expect(try node(PickleBytes.call("__builtin__", "set", [Array("]Na".utf8)])) == .list([.none]))
    #expect(try node(PickleBytes.call("builtins", "frozenset", [])) == .list([]))
    #expect(try node(PickleBytes.call("collections", "defaultdict", [[0x4E]])) == .dictionary([]))
    #expect(
      try node(PickleBytes.call("collections", "Counter", [PickleBytes.dictionary([(key: "a", value: [0x4E])])]))
        == .dictionary([PicklePair(key: .text("a"), value: .none)]))
  }

  @Test func tensorsOfEveryKindOfCall() throws {
    let tensor = PickleBytes.tensor(offset: 1, shape: [3, 2], strides: [2, 1])
    let layout = StridedLayout(shape: [3, 2], strides: [2, 1], offset: 1)
    let place = [
      PickleBytes.storage("0", count: 2), PickleBytes.integer(1), PickleBytes.integers([3, 2]),
      PickleBytes.integers([2, 1]),
    ]
    let flags: [[UInt8]] = [[0x89], [0x4E]]
    let version2 = PickleBytes.global("torch._utils", "_rebuild_tensor_v2")
    for bytes in [
      tensor, PickleBytes.call("torch._utils", "_rebuild_tensor", place),
      PickleBytes.call("torch._utils", "_rebuild_tensor_v2", place + flags + [Array("}".utf8)]),
      PickleBytes.call("torch._utils", "_rebuild_parameter", [tensor] + flags),
      PickleBytes.call("torch._utils", "_rebuild_parameter_with_state", [tensor] + flags + [Array("}".utf8)]),
      PickleBytes.call(
        "torch._tensor", "_rebuild_from_type_v2",
        [version2, PickleBytes.global("torch", "Tensor"), PickleBytes.tuple(place + flags), Array("}".utf8)]),
    ] {
      let pickle = try run(PickleBytes.pickle(bytes))
      let tensor = try #require(pickle.tensor(pickle.root))
      #expect(tensor.layout == layout && tensor.type == nil)
      #expect(pickle.storage(of: tensor) == PickleStorage(type: "torch.FloatStorage", key: "0", count: 2))
    }
    let version3 = PickleBytes.call(
      "torch._utils", "_rebuild_tensor_v3", place + flags + [PickleBytes.global("torch", "uint16")])
    let pickle = try run(PickleBytes.pickle(version3))
    #expect(pickle.tensor(pickle.root)?.type == "torch.uint16")
  }

  @Test func calledFunctionsAreRefusedByName() {
    for name in [
      "posix.system", "builtins.eval", "builtins.exec", "subprocess.Popen", "functools.partial",
      "numpy.core.multiarray.fromfile", "torch.storage._load_from_bytes", "some.Class",
    ] {
      let parts = name.split(separator: ".")
      let (module, function) = (parts.dropLast().joined(separator: "."), parts[parts.count - 1])
      let global = "c\(module)\n\(function)\n"
      expect(.call(name), of: "\(global)X\u{2}\u{0}\u{0}\u{0}ls\u{85}R")
      expect(.call(name), of: "\(global))R")
      expect(.call(name), of: "(\(global)X\u{2}\u{0}\u{0}\u{0}lso")
      expect(.call(name), of: "(X\u{2}\u{0}\u{0}\u{0}lsi\(module)\n\(function)\n")
      expect(.call(name), from: PickleBytes.pickle(Array("\(global)N".utf8) + [0x85, 0x81]))
      expect(.call(name), from: PickleBytes.pickle(Array("\(global))}".utf8) + [0x92]))
    }
    expect(.badArguments("builtins.getattr"), of: "cbuiltins\ngetattr\n(cos\nsystem\nX\u{1}\u{0}\u{0}\u{0}atR")
    let wrapped = [
      PickleBytes.global("posix", "system"), PickleBytes.global("torch", "Tensor"), PickleBytes.tuple([]),
      Array("}".utf8),
    ]
    let call = PickleBytes.call("torch._tensor", "_rebuild_from_type_v2", wrapped)
    expect(.call("posix.system"), from: PickleBytes.pickle(call))
  }

  @Test func knownCallsWithOtherArgumentsAreRefused() {
    let storage = PickleBytes.storage("0", count: 2)
    let (one, list) = (PickleBytes.integer(1), PickleBytes.integers([1]))
    let flags: [[UInt8]] = [[0x89], [0x4E]]
    let many = PickleBytes.integers([Int](repeating: 1, count: 65))
    let calls: [(String, String, [[UInt8]])] = [
      ("torch._utils", "_rebuild_tensor_v2", [storage, one, list, list, [0x89]]),
      ("torch._utils", "_rebuild_tensor_v2", [one, one, list, list] + flags),
      ("torch._utils", "_rebuild_tensor_v2", [storage, [0x4E], list, list] + flags),
      ("torch._utils", "_rebuild_tensor_v2", [storage, one, one, list] + flags),
      ("torch._utils", "_rebuild_tensor_v2", [storage, one, list, PickleBytes.tuple([[0x4E]])] + flags),
      ("torch._utils", "_rebuild_tensor_v2", [storage, one, many, many] + flags),
      ("torch._utils", "_rebuild_tensor_v3", [storage, one, list, list] + flags + [[0x4E]]),
      ("torch._utils", "_rebuild_parameter", [one] + flags),
      ("torch._utils", "_rebuild_parameter", [storage] + flags),
      ("torch._utils", "_rebuild_parameter_with_state", [PickleBytes.tensor()] + flags),
      ("torch._tensor", "_rebuild_from_type_v2", [one, one, list, one]), ("torch", "Size", [one]),
      ("collections", "OrderedDict", [Array("]".utf8)]), ("collections", "Counter", [Array("]".utf8)]),
      ("builtins", "set", [Array("}".utf8)]), ("builtins", "set", [one]),
      ("copyreg", "_reconstructor", [one, one, one]),
    ]
    for (module, name, arguments) in calls {
      expect(.badArguments("\(module).\(name)"), from: PickleBytes.pickle(PickleBytes.call(module, name, arguments)))
    }
  }

  @Test func otherTensorsAreRefused() {
    expect(
      .unsupportedTensor("torch._utils._rebuild_sparse_tensor"), of: "ctorch._utils\n_rebuild_sparse_tensor\n)R")
    let arguments = [
      PickleBytes.storage("0", count: 2), PickleBytes.integer(0), PickleBytes.integers([2]), PickleBytes.integers([1]),
      [0x89], [0x4E], PickleBytes.dictionary([(key: "neg", value: [0x88])]),
    ]
    expect(
      .unresolvedView, from: PickleBytes.pickle(PickleBytes.call("torch._utils", "_rebuild_tensor_v2", arguments)))
  }

  @Test func persistentIdsAreStorages() {
    let type = PickleBytes.global("torch", "FloatStorage")
    let good = [
      PickleBytes.text("storage"), type, PickleBytes.text("0"), PickleBytes.text("cpu"), PickleBytes.integer(2),
    ]
    #expect(throws: Never.self) { try value(PickleBytes.tuple(good) + Array("Q".utf8)) }
    for (index, part) in [
      (0, PickleBytes.text("module")), (1, PickleBytes.text("torch.FloatStorage")), (2, PickleBytes.integer(0)),
      (4, PickleBytes.integer(-1)), (4, [0x4E]),
    ] {
      var parts = good
      parts[index] = part
      expect(.badStorage, from: PickleBytes.pickle(PickleBytes.tuple(parts) + Array("Q".utf8)))
    }
    expect(.badStorage, from: PickleBytes.pickle(PickleBytes.tuple(good.dropLast()) + Array("Q".utf8)))
    expect(.badStorage, of: "NQ")
  }

  @Test func aPickleBeginsWithItsProtocolAndEndsWithItsValue() {
    expect(.endsEarly, from: [])
    expect(.endsEarly, from: [0x80])
    expect(.unknownProtocol(0), from: Array("N.".utf8))
    for version in [0, 1, 6, 255] as [UInt8] {
      expect(.unknownProtocol(version), from: [0x80, version, 0x4E, 0x2E])
    }
    expect(.trailingBytes(count: 2), from: [0x80, 2, 0x4E, 0x2E, 0x4E, 0x2E])
    expect(.leftOver(count: 1), of: "NN")
    expect(.leftOver(count: 0), of: "(0(N")
    expect(.stackEmpty, of: "")
    // Instructions of protocol 0, registered extensions, buffers outside, and another protocol.
    for code in [
      0x49, 0x4C, 0x46, 0x53, 0x56, 0x70, 0x67, 0x50, 0x6C, 0x64, 0x82, 0x83, 0x84, 0x97, 0x98, 0x80, 0,
    ] as [UInt8] {
      expect(.unknownOpcode(code), from: PickleBytes.pickle([code]))
    }
  }

  @Test func everyPickleThatIsCutOffIsRefused() throws {
    let whole = PickleBytes.pickle(PickleBytes.dictionary([(key: "w", value: PickleBytes.tensor())]))
    #expect(throws: Never.self) { try run(whole) }
    for count in 0..<whole.count { expect(.endsEarly, from: Array(whole[..<count])) }
    for bytes in [
      [0x8D, 255, 255, 255, 255, 255, 255, 255, 255], [0x8E, 255, 255, 255, 255, 255, 255, 255, 127],
      [0x8B, 255, 255, 255, 255], [0x58, 255, 255, 255, 255], [0x8A, 200], [0x95, 0],
    ] as [[UInt8]] {
      expect(.endsEarly, from: PickleBytes.pickle(bytes))
    }
  }

  @Test func operandsMustBeThere() {
    for instructions in ["0", "2", "q\u{0}", "a", "Na", "Ns", "Q", "R", "NR", "b", "Nb", "N(0(t0b", "N(b"] {
      expect(.stackEmpty, of: instructions)
    }
    for code in [0x85, 0x86, 0x87, 0x93, 0x81, 0x92, 0x94] as [UInt8] {
      expect(.stackEmpty, from: PickleBytes.pickle([code]))
      // What lies below a mark is out of reach.
      expect(.stackEmpty, from: PickleBytes.pickle([0x4E, 0x4E, 0x4E, 0x28, code]))
    }
    for instructions in ["t", "1", "e", "u", "o", "N1"] { expect(.noMark, of: instructions) }
    expect(.unknownMemo(3), of: "h\u{3}")
    expect(.unknownMemo(515), of: "j\u{3}\u{2}\u{0}\u{0}")
    expect(.oddItems, of: "}(Nu")
    expect(.textNotUTF8, from: PickleBytes.pickle([0x8C, 1, 0xFF]))
    let marks = String(repeating: "\u{301}\u{323}", count: 50_000)
    expect(.textStacked, from: PickleBytes.pickle(PickleBytes.dictionary([("e" + marks, PickleBytes.tensor())])))
    expect(.textNotUTF8, from: PickleBytes.pickle([0x63, 0xFF, 0x0A, 0x61, 0x0A]))
  }

  @Test func operandsMustBeOfTheRightKind() {
    for (instructions, opcode) in [
      ("NNa", "a"), ("}Na", "a"), ("N(e", "e"), ("NNNs", "s"), ("]NNs", "s"), ("N(u", "u"), ("N)R", "R"),
      ("cos\nsystem\nNR", "R"), ("(o", "o"), ("(No", "o"), ("NNb", "b"), ("cos\nsystem\nNb", "b"),
    ] {
      expect(.wrongOperand(opcode: opcode.utf8.first!), of: instructions)
    }
    expect(.wrongOperand(opcode: 0x93), from: PickleBytes.pickle([0x4E, 0x4E, 0x93]))
    expect(.wrongOperand(opcode: 0x81), from: PickleBytes.pickle([0x4E, 0x29, 0x81]))
    expect(.wrongOperand(opcode: 0x81), from: PickleBytes.pickle(Array("ca\nb\nN".utf8) + [0x81]))
    expect(.wrongOperand(opcode: 0x92), from: PickleBytes.pickle([0x4E, 0x29, 0x7D, 0x92]))
  }

  @Test func namesAreShort() {
    let name = String(repeating: "n", count: 126)
    #expect(throws: Never.self) { try value(PickleBytes.global(name, name + "nn")) }
    expect(.nameTooLong, from: PickleBytes.pickle(PickleBytes.global(name, name + "nnn")))
    expect(.nameTooLong, from: PickleBytes.pickle(PickleBytes.global(String(repeating: "n", count: 300), "n")))
    let long = String(repeating: "n", count: 256)
    expect(.nameTooLong, from: PickleBytes.pickle(PickleBytes.text(long) + PickleBytes.text("n") + [0x93]))
  }

  @Test func bombsAreDefused() throws {
    expect(.tooLong(byteCount: 16 << 20 + 1), from: [UInt8](repeating: 0x4E, count: 16 << 20 + 1))
    expect(.tooManyParts, from: PickleBytes.pickle([UInt8](repeating: 0x5D, count: 100_000)))
    expect(.tooManyParts, from: PickleBytes.pickle([0x4E] + [UInt8](repeating: 0x94, count: 100_000)))
    // Tuples in tuples, and tuples that each hold the one before twice.
    #expect(try node([0x4E] + [UInt8](repeating: 0x85, count: 60_000)) != nil)
    #expect(try node([0x4E] + (0..<1000).flatMap { _ in [0x32, 0x86] as [UInt8] }) != nil)
    // Places in the memo cost nothing by their numbers.
    #expect(try value([0x4E, 0x72, 255, 255, 255, 255]) == .none)
  }

  /// If each element cost a copy of those before, this would take minutes.
  @Test func containersGrowInPlace() throws {
    // A time limit of the test itself would count its waiting for other tests.
    let start = ContinuousClock.now
    defer { #expect(ContinuousClock.now - start < .seconds(60)) }
    let (count, element) = (100_000, Array("Na".utf8))
    var list: [UInt8] = [0x5D]
    for _ in 0..<count { list += element }
    #expect(try node(list) == .list([PickleValue](repeating: .none, count: count)))
    for begin in ["}", "csome\nClass\n)\u{81}"] {
      var dictionary = latin1(begin)
      for _ in 0..<count { dictionary += Array("NNs".utf8) }
      let pickle = try run(PickleBytes.pickle(dictionary))
      #expect(pickle.items(pickle.root)?.count == count)
    }
  }
}
