/// The files of a checkpoint's archive, and what they say of its tensors.
struct PyTorchArchive {
  /// A tensor, and how its elements lie in what `entry.byteRange` spans.
  struct Placement: Equatable {
    let entry: TensorEntry
    let layout: StridedLayout
  }

  private let bytes: UnsafeRawBufferPointer
  private let path: String
  private let archive: ZipArchive
  /// The folder of all files, with a slash at the end.
  private let folder: String

  /// - Parameter bytes: the whole file.
  /// - Throws: `CheckpointError` where this is no archive of a checkpoint.
  init(_ bytes: UnsafeRawBufferPointer, path: String) throws(CheckpointError) {
    // A pickle begins with 0x80 and its protocol, an archive with "PK".
    if bytes.count > 2, bytes[0] == 0x80, bytes[1] <= 5 { throw .pickleWithoutArchive(path: path) }
    do {
      archive = try ZipArchive(parsing: bytes)
    } catch {
      throw .archive(path: path, problem: error)
    }
    self.bytes = bytes
    self.path = path
    folder = archive.members.first.map { $0.name.prefix { $0 != "/" } + "/" } ?? ""
    guard archive[folder + "constants.pkl"] == nil else { throw .torchScript(path: path) }
    if let member = archive.members.first(where: \.isCompressed) {
      throw .archive(path: path, problem: .compressed(member.name))
    }
    if let range = archive[folder + "byteorder"], !bytes[range].elementsEqual("little".utf8) {
      throw .notLittleEndian(path: path)
    }
  }

  /// All tensors in the order of the pickle.
  func placements() throws(CheckpointError) -> [Placement] {
    guard let range = archive[folder + "data.pkl"] else { throw .noPickle(path: path) }
    let pickle = try PickleMachine.run(UnsafeRawBufferPointer(rebasing: bytes[range]), path: path)
    var placements: [Placement] = []
    for entry in try StateDictionary(of: pickle, path: path).entries {
      guard let storage = pickle.storage(of: entry.tensor) else { preconditionFailure("a tensor without storage") }
      placements.append(try placement(of: entry, in: storage))
    }
    return placements
  }

  private func placement(
    of named: StateDictionary.Entry, in storage: PickleStorage
  ) throws(CheckpointError) -> Placement {
    let (name, layout) = (named.name, named.tensor.layout)
    let typeName = named.tensor.type ?? storage.type
    guard let type = ElementType(pyTorchName: typeName) else {
      throw .unknownElementType(path: path, tensor: name, elementType: typeName)
    }
    guard layout.shape.allSatisfy({ $0 >= 0 }) else { throw .badShape(path: path, tensor: name) }
    guard type.byteCount(shape: layout.shape) != nil else {
      throw .sizeOverflows(path: path, tensor: name, shape: layout.shape)
    }
    guard let extent = layout.extent else { throw .badStrides(path: path, tensor: name) }
    let data = try self.data(of: storage, type, tensor: name)

    let description = TensorDescription(name: name, elementType: type, shape: layout.shape)
    let (available, elementCount) = (data.count / type.byteWidth, description.byteCount / type.byteWidth)
    guard elementCount == 0 || extent.upperBound <= available else {
      throw .viewPastEnd(path: path, tensor: name, end: extent.upperBound, available: available)
    }
    guard elementCount <= available else { throw .expanded(path: path, tensor: name) }
    let begin = data.lowerBound + (elementCount == 0 ? 0 : extent.lowerBound * type.byteWidth)
    let range = begin..<begin + extent.count * type.byteWidth
    return Placement(entry: TensorEntry(description: description, byteRange: range, path: path), layout: layout)
  }

  /// Where the elements of a storage lie in the file.
  private func data(
    of storage: PickleStorage, _ type: ElementType, tensor: String
  ) throws(CheckpointError) -> Range<Int> {
    guard let data = archive["\(folder)data/\(storage.key)"] else {
      throw .storageMissing(path: path, tensor: tensor, key: storage.key)
    }
    let width = storage.type == "torch.storage.UntypedStorage" ? 1 : type.byteWidth
    guard data.count.isMultiple(of: width), data.count / width == storage.count else {
      throw .storageSizeMismatch(path: path, tensor: tensor, key: storage.key, count: storage.count, found: data.count)
    }
    return data
  }
}
