/// Reads a pickle without running anything of it.
///
/// A pickle is a program for a machine with a stack and a memo, which can call any function of Python. This
/// machine knows a few calls by name and imitates them (`PickleMachine+Calls.swift`); at any other it stops.
/// Objects become records of their attributes.
///
/// Memory: at most about a hundred bytes for each byte of the pickle, because an instruction makes at most one value and
/// one node, nodes and memo are limited, and nothing is copied that was made before. There is no recursion.
struct PickleMachine {
  /// The longest pickle that is read. A tensor takes about 200 bytes of it.
  static let maximumByteCount = 16 << 20
  /// The longest name of a class or function, with its module, in bytes.
  static let maximumNameLength = 255

  var cursor: ByteCursor
  var stack: [PickleValue] = []
  /// The heights of the stack at which marks lie, which no instruction reaches below.
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  var nodes: [PickleNode] = []

  /// The most nodes, and the most values in the memo: Python writes a dozen bytes for each.
  private let maximumPartCount: Int

  private init(_ bytes: UnsafeRawBufferPointer) {
    cursor = ByteCursor(bytes)
    maximumPartCount = 65_536 + bytes.count / 4
  }

  /// The value of a pickle.
  ///
  /// - Parameter path: the file, for messages.
  static func run(_ bytes: UnsafeRawBufferPointer, path: String) throws(CheckpointError) -> Pickle {
    var machine = PickleMachine(bytes)
    do throws(PickleProblem) {
      guard bytes.count <= maximumByteCount else { throw PickleProblem.tooLong(byteCount: bytes.count) }
      try machine.start()
      while let opcode = try machine.nextOpcode() {
        try machine.perform(opcode)
        guard max(machine.nodes.count, machine.memo.count) <= machine.maximumPartCount else {
          throw PickleProblem.tooManyParts
        }
      }
      let root = try machine.result()
      return Pickle(root: root, nodes: machine.nodes, byteCount: bytes.count)
    } catch {
      throw .pickle(path: path, problem: error)
    }
  }

  private mutating func start() throws(PickleProblem) {
    guard try integer(UInt8.self) == PickleOpcode.proto.rawValue else { throw .unknownProtocol(0) }
    let version = try integer(UInt8.self)
    guard (2...5).contains(version) else { throw .unknownProtocol(version) }
  }

  /// The next instruction; nil at the last.
  private mutating func nextOpcode() throws(PickleProblem) -> PickleOpcode? {
    let code = try integer(UInt8.self)
    guard let opcode = PickleOpcode(rawValue: code), opcode != .proto else { throw .unknownOpcode(code) }
    return opcode == .stop ? nil : opcode
  }

  private mutating func result() throws(PickleProblem) -> PickleValue {
    let value = try pop()
    guard stack.isEmpty, marks.isEmpty else { throw .leftOver(count: stack.count) }
    guard cursor.isAtEnd else { throw .trailingBytes(count: cursor.bytes.count - cursor.position) }
    return value
  }

  /// Does what an instruction says, and stops at one that would call or make something unknown.
  private mutating func perform(_ opcode: PickleOpcode) throws(PickleProblem) {
    switch opcode {
    case .proto, .stop: preconditionFailure("not performed")
    case .frame: _ = try integer(UInt64.self)

    case .mark: marks.append(stack.count)
    case .pop: if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
    case .popMark: _ = try popToMark()
    case .dup: stack.append(try top())
    case .binget: stack.append(try recall(Int(try integer(UInt8.self))))
    case .longBinget: stack.append(try recall(Int(try integer(UInt32.self))))
    case .binput: memo[Int(try integer(UInt8.self))] = try top()
    case .longBinput: memo[Int(try integer(UInt32.self))] = try top()
    case .memoize: memo[memo.count] = try top()

    case .none: stack.append(.none)
    case .newtrue: stack.append(.boolean(true))
    case .newfalse: stack.append(.boolean(false))
    case .binint: stack.append(.integer(Int(try integer(Int32.self))))
    case .binint1: stack.append(.integer(Int(try integer(UInt8.self))))
    case .binint2: stack.append(.integer(Int(try integer(UInt16.self))))
    case .long1: stack.append(try longInteger(byteCount: Int(try integer(UInt8.self))))
    case .long4: stack.append(try longInteger(byteCount: Int(try integer(Int32.self))))
    case .binfloat:
      _ = try integer(UInt64.self)
      stack.append(.other)
    case .shortBinunicode: stack.append(.text(try text(byteCount: try integer(UInt8.self))))
    case .binunicode: stack.append(.text(try text(byteCount: try integer(UInt32.self))))
    case .binunicode8: stack.append(.text(try text(byteCount: try integer(UInt64.self))))
    case .shortBinbytes: try pushBytes(count: try integer(UInt8.self))
    case .binbytes: try pushBytes(count: try integer(UInt32.self))
    case .binbytes8, .bytearray8: try pushBytes(count: try integer(UInt64.self))

    case .emptyTuple: push(.tuple([]))
    case .tuple1: push(.tuple(try pop(1)))
    case .tuple2: push(.tuple(try pop(2)))
    case .tuple3: push(.tuple(try pop(3)))
    case .tuple: push(.tuple(try popToMark()))
    case .emptyList, .emptySet: push(.list([]))
    case .frozenset: push(.list(try popToMark()))
    case .append: try append(try pop(1), by: opcode)
    case .appends, .additems: try append(try popToMark(), by: opcode)
    case .emptyDict: push(.dictionary([]))
    case .setitem: try setItems(try pop(2), by: opcode)
    case .setitems: try setItems(try popToMark(), by: opcode)

    case .global: stack.append(try global(module: try line(), name: try line()))
    case .stackGlobal: try pushGlobal()
    case .reduce: try reduce()
    case .newobj: try makeObject()
    case .build: try build()
    case .binpersid: push(.storage(try storage(try pop())))
    case .newobjEx: throw .call(try callee(try pop(3).first, by: opcode))
    case .inst: throw .call(try name(module: try line(), name: try line()))
    case .obj: throw .call(try callee(try popToMark().first, by: opcode))
    }
  }
}

extension PickleMachine {
  /// Makes a value of a node.
  mutating func add(_ node: PickleNode) -> PickleValue {
    nodes.append(node)
    return .node(nodes.count - 1)
  }

  /// Puts a node on the stack.
  mutating func push(_ node: PickleNode) { stack.append(add(node)) }

  /// The last value above the last mark.
  func top() throws(PickleProblem) -> PickleValue {
    guard let value = stack.last, stack.count > marks.last ?? 0 else { throw .stackEmpty }
    return value
  }

  mutating func pop() throws(PickleProblem) -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  /// Removes the last values, and gives them in the order in which they came.
  mutating func pop(_ count: Int) throws(PickleProblem) -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else { throw .stackEmpty }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  /// Removes what lies above the last mark, and the mark.
  mutating func popToMark() throws(PickleProblem) -> [PickleValue] {
    guard let height = marks.popLast() else { throw .noMark }
    defer { stack.removeSubrange(height...) }
    return Array(stack[height...])
  }

  private func recall(_ index: Int) throws(PickleProblem) -> PickleValue {
    guard let value = memo[index] else { throw .unknownMemo(index) }
    return value
  }

  /// The elements of a tuple; nil for anything else.
  func tuple(_ value: PickleValue) -> [PickleValue]? {
    guard case .node(let index) = value, case .tuple(let elements) = nodes[index] else { return nil }
    return elements
  }
}
