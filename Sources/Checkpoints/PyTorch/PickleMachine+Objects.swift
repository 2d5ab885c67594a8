extension PickleMachine {
  /// The name of what an instruction would call.
  func callee(_ value: PickleValue?, by opcode: PickleOpcode) throws(PickleProblem) -> String {
    guard case .global(let name) = value else { throw .wrongOperand(opcode: opcode.rawValue) }
    return name
  }

  /// Imitates a call of what lies on the stack below its arguments.
  mutating func reduce() throws(PickleProblem) {
    let operands = try pop(2)
    let name = try callee(operands[0], by: .reduce)
    guard let arguments = tuple(operands[1]) else { throw .wrongOperand(opcode: PickleOpcode.reduce.rawValue) }
    stack.append(try call(name, arguments))
  }

  /// An object of any class, without arguments: Python would allocate it, and not call its initialiser.
  mutating func makeObject() throws(PickleProblem) {
    let operands = try pop(2)
    let name = try callee(operands[0], by: .newobj)
    guard let arguments = tuple(operands[1]) else { throw .wrongOperand(opcode: PickleOpcode.newobj.rawValue) }
    guard arguments.isEmpty else { throw .call(name) }
    push(.object(PickleObject()))
  }

  /// Gives an object its attributes. What else may have attributes does not need them here.
  mutating func build() throws(PickleProblem) {
    let state = try pop()
    switch try top() {
    case .node(let index):
      guard case .object(var object) = nodes[index] else { return }
      object.state = state
      nodes[index] = .object(object)
    case .other: return
    default: throw .wrongOperand(opcode: PickleOpcode.build.rawValue)
    }
  }

  /// What a persistent id stands for: `('storage', CLASS, KEY, DEVICE, COUNT)`.
  func storage(_ id: PickleValue) throws(PickleProblem) -> PickleStorage {
    guard let parts = tuple(id), parts.count == 5, parts[0] == .text("storage"), case .global(let type) = parts[1],
      case .text(let key) = parts[2], case .integer(let count) = parts[4], count >= 0
    else { throw .badStorage }
    return PickleStorage(type: type, key: key, count: count)
  }
}
