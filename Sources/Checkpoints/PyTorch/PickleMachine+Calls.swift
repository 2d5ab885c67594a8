extension PickleMachine {
  /// Imitates a call; nil where the arguments are not those that PyTorch writes.
  private typealias Call = @Sendable (inout PickleMachine, [PickleValue]) throws(PickleProblem) -> PickleValue?

  /// What a call gives in a checkpoint.
  ///
  /// - Throws: `PickleProblem` where it is not a known one. Nothing is ever run.
  mutating func call(_ name: String, _ arguments: [PickleValue]) throws(PickleProblem) -> PickleValue {
    var (name, arguments) = (name, arguments)
    // (FUNCTION, CLASS, ARGUMENTS, STATE): a tensor with attributes, or of a class of its own.
    if name == "torch._tensor._rebuild_from_type_v2" || name == "torch._tensor._rebuild_from_type" {
      guard arguments.count == 4, case .global(let function) = arguments[0], case .global = arguments[1],
        let own = tuple(arguments[2])
      else { throw .badArguments(name) }
      (name, arguments) = (function, own)
    }
    if Self.otherTensors.contains(name) { throw .unsupportedTensor(name) }
    guard let call = Self.calls[name] else { throw .call(name) }
    guard let value = try call(&self, arguments) else { throw .badArguments(name) }
    return value
  }

  private static let calls: [String: Call] = [
    "torch._utils._rebuild_tensor": { machine, arguments throws(PickleProblem) in
      try machine.tensor(arguments, counts: 4...4)
    },
    "torch._utils._rebuild_tensor_v2": { machine, arguments throws(PickleProblem) in
      try machine.tensor(arguments, counts: 6...7)
    },
    "torch._utils._rebuild_tensor_v3": { machine, arguments throws(PickleProblem) in
      try machine.tensor(arguments, counts: 7...8)
    },
    "torch._utils._rebuild_parameter": { $0.parameter($1, count: 3) },
    "torch._utils._rebuild_parameter_with_state": { $0.parameter($1, count: 4) },
    "torch.Size": { $1.count == 1 && $0.tuple($1[0]) != nil ? $1[0] : nil },

    "collections.OrderedDict": { $1.isEmpty ? $0.add(.dictionary([])) : nil },
    "collections.defaultdict": { $1.count <= 1 ? $0.add(.dictionary([])) : nil },
    "collections.Counter": { $0.container($1, or: .dictionary([])) },
    "builtins.set": { $0.container($1, or: .list([])) },
    "builtins.frozenset": { $0.container($1, or: .list([])) },
    "copyreg._reconstructor": { $0.reconstructed($1) },

    "torch.device": { _, _ in .other },
    "torch.serialization._get_layout": { _, _ in .other },
    "numpy.core.multiarray.scalar": { _, _ in .other },
    "numpy.core.multiarray._reconstruct": { _, _ in .other },
    "numpy._core.multiarray.scalar": { _, _ in .other },
    "numpy._core.multiarray._reconstruct": { _, _ in .other },
    "numpy.dtype": { _, _ in .other },
    "pathlib.PosixPath": { _, _ in .other },
    "pathlib.PurePosixPath": { _, _ in .other },
    "pathlib.WindowsPath": { _, _ in .other },
    "datetime.datetime": { _, _ in .other },
    "builtins.bytearray": { _, _ in .other },
    "builtins.complex": { _, _ in .other },
    "builtins.range": { _, _ in .other },
    "builtins.slice": { _, _ in .other },
    "builtins.xrange": { _, _ in .other },
    "_codecs.encode": { _, _ in .other },
    // Members of enumerations: by their value, or in Python 3.11 by their name.
    "torchvision.transforms.functional.InterpolationMode": { _, _ in .other },
    "builtins.getattr": { $1.first == .global("torchvision.transforms.functional.InterpolationMode") ? .other : nil },
  ]

  /// What rebuilds tensors that are not dense, or not in the file.
  private static let otherTensors: Set<String> = [
    "torch._utils._rebuild_sparse_tensor", "torch._utils._rebuild_sparse_csr_tensor",
    "torch._utils._rebuild_nested_tensor", "torch._utils._rebuild_qtensor",
    "torch._utils._rebuild_meta_tensor_no_storage", "torch._utils._rebuild_device_tensor_from_numpy",
    "torch._utils._rebuild_device_tensor_from_cpu_tensor", "torch._utils._rebuild_wrapper_subclass",
  ]

  /// `(STORAGE, OFFSET, SHAPE, STRIDES)`, then whether it needs a gradient, hooks, in version 3 the element type,
  /// and at last perhaps metadata, which tell of elements that are to be conjugated or negated.
  private mutating func tensor(
    _ arguments: [PickleValue], counts: ClosedRange<Int>
  ) throws(PickleProblem) -> PickleValue? {
    guard counts.contains(arguments.count), case .node(let storage) = arguments[0], case .storage = nodes[storage],
      case .integer(let offset) = arguments[1], let shape = integers(arguments[2]), let strides = integers(arguments[3])
    else { return nil }
    var type: String?
    if counts.lowerBound == 7 {
      guard case .global(let name) = arguments[6] else { return nil }
      type = name
    }
    if arguments.count > counts.lowerBound, !isEmpty(arguments[counts.lowerBound]) { throw .unresolvedView }
    let layout = StridedLayout(shape: shape, strides: strides, offset: offset)
    return add(.tensor(PickleTensor(storage: storage, type: type, layout: layout)))
  }

  /// `(TENSOR, …)`: the tensor itself.
  private func parameter(_ arguments: [PickleValue], count: Int) -> PickleValue? {
    guard arguments.count == count, case .node(let index) = arguments[0], case .tensor = nodes[index] else {
      return nil
    }
    return arguments[0]
  }

  /// What a container is made of, which then stands for it; or an empty one.
  private mutating func container(_ arguments: [PickleValue], or empty: PickleNode) -> PickleValue? {
    if arguments.isEmpty { return add(empty) }
    guard arguments.count == 1, case .node(let index) = arguments[0] else { return nil }
    switch (nodes[index], empty) {
    case (.list, .list), (.dictionary, .dictionary): return arguments[0]
    default: return nil
    }
  }

  /// `(CLASS, object, None)`: an object without attributes.
  private mutating func reconstructed(_ arguments: [PickleValue]) -> PickleValue? {
    guard arguments.count == 3, case .global = arguments[0], arguments[1] == .global("builtins.object"),
      arguments[2] == .none
    else { return nil }
    return add(.object(PickleObject()))
  }

  /// The integers of a tuple; nil where it holds anything else, or more than a tensor has dimensions.
  private func integers(_ value: PickleValue) -> [Int]? {
    guard let elements = tuple(value), elements.count <= StridedLayout.maximumDimensionCount else { return nil }
    var integers: [Int] = []
    for element in elements {
      guard case .integer(let integer) = element else { return nil }
      integers.append(integer)
    }
    return integers
  }

  private func isEmpty(_ value: PickleValue) -> Bool {
    guard case .node(let index) = value, case .dictionary(let pairs) = nodes[index] else { return value == .none }
    return pairs.isEmpty
  }
}
