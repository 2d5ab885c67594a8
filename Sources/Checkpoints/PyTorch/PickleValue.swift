/// A value on the stack of a pickle or in one of its containers.
///
/// What holds other values is a node, known by its number. So no value owns another: cycles cost nothing,
/// and freeing what is deeply nested does not recurse.
enum PickleValue: Equatable, Sendable {
  case none
  case boolean(Bool)
  /// An integer that fits `Int`.
  case integer(Int)
  case text(String)
  /// The name of a class or function, as in "torch.FloatStorage".
  case global(String)
  /// An index of `Pickle.nodes`.
  case node(Int)
  /// Something that no tensor depends on: a float, bytes, a device.
  case other
}

/// A value with parts.
enum PickleNode: Equatable, Sendable {
  case tuple([PickleValue])
  /// A list, or a set.
  case list([PickleValue])
  case dictionary([PicklePair])
  case object(PickleObject)
  case storage(PickleStorage)
  case tensor(PickleTensor)
}

/// A key of a dictionary and its value.
struct PicklePair: Equatable, Sendable {
  let key: PickleValue
  let value: PickleValue
}

/// An object of any class, of which nothing is known but what was put into it.
struct PickleObject: Equatable, Sendable {
  /// What it holds as a dictionary, where its class is one.
  var items: [PicklePair] = []
  /// Its attributes.
  var state = PickleValue.none
}

/// A run of elements in a file of its own in the archive.
struct PickleStorage: Equatable, Sendable {
  /// The name of its class, such as "torch.FloatStorage".
  let type: String
  /// The name of its file.
  let key: String
  /// How many elements it has; for "torch.storage.UntypedStorage", how many bytes.
  let count: Int
}

/// A tensor as its pickle tells of it, unchecked.
struct PickleTensor: Equatable, Sendable {
  /// The number of the storage's node.
  let storage: Int
  /// The name of its element type, such as "torch.uint16", where the storage has none.
  let type: String?
  let layout: StridedLayout
}
