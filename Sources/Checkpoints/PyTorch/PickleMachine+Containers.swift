extension PickleMachine {
  /// Adds values to the list or set on top of the stack.
  mutating func append(_ values: [PickleValue], by opcode: PickleOpcode) throws(PickleProblem) {
    guard case .node(let index) = try top() else { throw .wrongOperand(opcode: opcode.rawValue) }
    if var elements = takeElements(at: index) {
      elements.append(contentsOf: values)
      nodes[index] = .list(elements)
    } else if case .object = nodes[index] {
      // A list of some class: no tensor is named by it.
    } else {
      throw .wrongOperand(opcode: opcode.rawValue)
    }
  }

  /// Adds keys and values, in turns, to the dictionary on top of the stack.
  mutating func setItems(_ values: [PickleValue], by opcode: PickleOpcode) throws(PickleProblem) {
    guard values.count.isMultiple(of: 2) else { throw .oddItems }
    guard case .node(let index) = try top() else { throw .wrongOperand(opcode: opcode.rawValue) }
    let added = stride(from: 0, to: values.count, by: 2).map { PicklePair(key: values[$0], value: values[$0 + 1]) }
    if var pairs = takePairs(at: index) {
      pairs.append(contentsOf: added)
      nodes[index] = .dictionary(pairs)
    } else if var object = takeObject(at: index) {
      object.items.append(contentsOf: added)
      nodes[index] = .object(object)
    } else {
      throw .wrongOperand(opcode: opcode.rawValue)
    }
  }

  /// Takes the elements out of a list; nil for any other node. While they grow, the node must not share their
  /// memory, or every element would cost a copy of all.
  private mutating func takeElements(at index: Int) -> [PickleValue]? {
    guard case .list(let elements) = nodes[index] else { return nil }
    nodes[index] = .list([])
    return elements
  }

  private mutating func takePairs(at index: Int) -> [PicklePair]? {
    guard case .dictionary(let pairs) = nodes[index] else { return nil }
    nodes[index] = .dictionary([])
    return pairs
  }

  private mutating func takeObject(at index: Int) -> PickleObject? {
    guard case .object(let object) = nodes[index] else { return nil }
    nodes[index] = .object(PickleObject())
    return object
  }
}
