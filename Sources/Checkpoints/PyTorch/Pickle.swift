/// The value of a pickle, with all that it consists of.
struct Pickle: Sendable {
  let root: PickleValue
  let nodes: [PickleNode]
  /// The length of the pickle itself.
  let byteCount: Int

  /// The node of a value; nil for a plain one.
  func node(_ value: PickleValue) -> PickleNode? {
    guard case .node(let index) = value else { return nil }
    return nodes[index]
  }

  func tensor(_ value: PickleValue) -> PickleTensor? {
    guard case .tensor(let tensor) = node(value) else { return nil }
    return tensor
  }

  func storage(of tensor: PickleTensor) -> PickleStorage? {
    guard case .storage(let storage) = nodes[tensor.storage] else { return nil }
    return storage
  }

  /// The items of a dictionary, or of an object whose class is one; nil for anything else.
  func items(_ value: PickleValue) -> [PicklePair]? {
    switch node(value) {
    case .dictionary(let pairs): pairs
    case .object(let object) where !object.items.isEmpty: object.items
    default: nil
    }
  }

  /// The attributes of an object; nil for anything else.
  func attributes(_ value: PickleValue) -> [PicklePair]? {
    guard case .object(let object) = node(value) else { return nil }
    // Where a class has slots, its state is two dictionaries.
    if case .tuple(let parts) = node(object.state), let first = parts.first { return items(first) ?? [] }
    return items(object.state) ?? []
  }
}
