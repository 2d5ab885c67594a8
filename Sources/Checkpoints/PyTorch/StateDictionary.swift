/// The named tensors of a checkpoint, as PyTorch's `state_dict` names them.
///
/// The value of the pickle is a dictionary of tensors, or a module, whose tensors lie in the dictionaries
/// `_parameters` and `_buffers` of it and, below their names, of the modules in `_modules`. Either may also be
/// an entry of a dictionary beside other things, such as an optimizer's state.
struct StateDictionary {
  /// A tensor and its name.
  struct Entry: Equatable {
    let name: String
    let tensor: PickleTensor
  }

  /// Under which names a checkpoint keeps its weights beside other things; the first that is there counts.
  static let wrapperNames = ["state_dict", "model_state_dict", "model", "module"]
  /// How deep modules may be nested.
  static let maximumDepth = 64

  private(set) var entries: [Entry] = []
  private let pickle: Pickle
  private let path: String
  /// How much there may be, in names and their bytes. A module may stand in many places; without a limit, few
  /// bytes could tell of more places than any memory holds.
  private var budget: Int

  /// - Parameter path: the file, for messages.
  init(of pickle: Pickle, path: String) throws(CheckpointError) {
    self.pickle = pickle
    self.path = path
    budget = 4 * pickle.byteCount
    try add(weights())
    guard !entries.isEmpty else { throw .noTensors(path: path, lookedFor: Self.wrapperNames) }
    var names: Set<String> = []
    for entry in entries where !names.insert(entry.name).inserted {
      throw .duplicateName(path: path, name: entry.name)
    }
  }

  /// The dictionary or module that holds the weights.
  private func weights() -> PickleValue {
    let items = pickle.items(pickle.root) ?? []
    for name in Self.wrapperNames {
      if let item = items.last(where: { $0.key == .text(name) }), holdsWeights(item.value) { return item.value }
    }
    return pickle.root
  }

  private func holdsWeights(_ value: PickleValue) -> Bool {
    if let items = pickle.items(value) { return items.contains { pickle.tensor($0.value) != nil } }
    return pickle.attributes(value)?.contains { $0.key == .text("_modules") } ?? false
  }

  private mutating func add(_ weights: PickleValue) throws(CheckpointError) {
    if let items = pickle.items(weights) {
      for item in items {
        guard let tensor = pickle.tensor(item.value) else { continue }
        guard case .text(let name) = item.key else { throw .nameNotText(path: path) }
        try add(tensor, named: name)
      }
    } else if let attributes = pickle.attributes(weights) {
      try addModule(attributes, prefix: "", depth: 0)
    }
  }

  private mutating func addModule(
    _ attributes: [PicklePair], prefix: String, depth: Int
  ) throws(CheckpointError) {
    guard depth <= Self.maximumDepth else { throw .modulesTooDeep(path: path) }
    try spend(attributes.count)
    let passing = try texts(attributes, "_non_persistent_buffers_set")
    for item in try items(attributes, "_parameters") {
      try addParameter(item, prefix: prefix)
    }
    for item in try items(attributes, "_buffers") {
      if case .text(let name) = item.key, passing.contains(name) { continue }
      try addParameter(item, prefix: prefix)
    }
    for item in try items(attributes, "_modules") where item.value != .none {
      guard case .text(let own) = item.key else { throw .nameNotText(path: path) }
      let name = prefix + own
      try spend(name.utf8.count)
      guard let attributes = pickle.attributes(item.value) else { throw .notAModule(path: path, name: name) }
      try addModule(attributes, prefix: name + ".", depth: depth + 1)
    }
  }

  /// Adds a parameter or buffer, if it is not None.
  private mutating func addParameter(_ item: PicklePair, prefix: String) throws(CheckpointError) {
    if item.value == .none { return }
    guard case .text(let name) = item.key else { throw .nameNotText(path: path) }
    guard let tensor = pickle.tensor(item.value) else { throw .notATensor(path: path, name: prefix + name) }
    try add(tensor, named: prefix + name)
  }

  private mutating func add(_ tensor: PickleTensor, named name: String) throws(CheckpointError) {
    // An entry takes more memory than its name.
    try spend(name.utf8.count + 64)
    entries.append(Entry(name: name, tensor: tensor))
  }

  private mutating func spend(_ amount: Int) throws(CheckpointError) {
    budget -= amount + 1
    if budget < 0 { throw .tooManyNames(path: path) }
  }

  /// The items of a dictionary among the attributes; none where it is not there.
  private mutating func items(_ attributes: [PicklePair], _ name: String) throws(CheckpointError) -> [PicklePair] {
    let items = attributes.last { $0.key == .text(name) }.flatMap { pickle.items($0.value) } ?? []
    try spend(items.count)
    return items
  }

  /// The texts of a set among the attributes.
  private mutating func texts(_ attributes: [PicklePair], _ name: String) throws(CheckpointError) -> Set<String> {
    guard let value = attributes.last(where: { $0.key == .text(name) })?.value,
      case .list(let elements) = pickle.node(value)
    else { return [] }
    try spend(elements.count)
    return Set(elements.compactMap { if case .text(let text) = $0 { text } else { nil } })
  }
}
