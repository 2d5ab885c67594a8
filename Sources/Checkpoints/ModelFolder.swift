import Foundation

/// A model as people keep it: a folder with weights in one file or in shards, or a single file of weights.
///
/// Weights are safetensors, or a checkpoint of PyTorch where a folder has none of those.
/// All shards appear as one collection of tensors. The folder is never written to.
package struct ModelFolder: TensorReading {
  package let path: String
  /// The tensors' names, by their bytes.
  package private(set) var names: [String]
  /// The weight files, by the bytes of their names.
  package let files: [any TensorFile]
  /// What the model is, as `configurationFileName` says it; nil for a single file.
  package let configuration: Data?
  /// `config.json`, or `open_clip_config.json` where only that is there.
  package let configurationFileName: String?
  /// How inputs are prepared: `preprocessor_config.json`.
  package let preprocessor: Data?
  /// Other files of the folder that a user of the model needs, such as the tokenizer's, by the bytes of
  /// their names; among them is `preprocessor_config.json`, not among them the configuration.
  package let companionFiles: [String]

  /// The paths of all files that decide about what the model is and how its inputs are prepared.
  package var decidingFiles: [String] {
    let preparing: Set = [
      "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json", "vocab.json", "vocab.txt", "merges.txt",
      "special_tokens_map.json", "added_tokens.json",
    ]
    let others = [configurationFileName].compactMap { $0 } + companionFiles.filter(preparing.contains)
    return files.map(\.path) + others.map { "\(path)/\($0)" }
  }

  /// For every tensor, the index of its file.
  private var fileIndices: [String: Int]
  /// The names in the files of tensors that go by another here.
  private var storedNames: [String: String] = [:]

  /// - Parameter path: the folder or the file.
  /// - Parameter counter: what is told of every tensor read.
  /// - Throws: `CheckpointError` where there are no weights, or what is there is wrong.
  package init(path: String, counter: ReadCounter? = nil) throws(CheckpointError) {
    let isFolder = try FileKind(path: path) == .folder
    let contents = isFolder ? try FolderContents(path: path) : FolderContents()
    let files = isFolder ? try Self.openWeights(in: contents, counter) : [try Self.openFile(path, counter)]
    var fileIndices: [String: Int] = [:]
    for (index, file) in files.enumerated() {
      for entry in file.entries {
        if let first = fileIndices.updateValue(index, forKey: entry.name) {
          throw .tensorInTwoFiles(tensor: entry.name, first: files[first].path, second: file.path)
        }
      }
    }
    self.path = path
    self.files = files
    self.fileIndices = fileIndices
    names = fileIndices.keys.sorted { $0.precedesInBytes($1) }

    configurationFileName = ["config.json", "open_clip_config.json"].first(where: contents.holds)
    configuration = try configurationFileName.map { name throws(CheckpointError) in try contents.data(of: name) }
    let preprocessorName = "preprocessor_config.json"
    preprocessor = contents.holds(preprocessorName) ? try contents.data(of: preprocessorName) : nil
    companionFiles = contents.companions(without: configurationFileName)
    if files.contains(where: { $0 is PyTorchFile }) { try dropWrappers() }
  }

  /// Leaves out what `DataParallel` and `torch.compile` put before every name.
  private mutating func dropWrappers() throws(CheckpointError) {
    // There may be as many as a name has room for, so that each must not cost a copy of all names.
    var count = 0
    while let prefix = ["module.", "_orig_mod."].first(where: { prefix in
      names.allSatisfy { $0.utf8.dropFirst(count).starts(with: prefix.utf8) }
    }) { count += prefix.utf8.count }
    if count > 0 { self = try renamed { String(Substring($0.utf8.dropFirst(count))) } }
  }

  package subscript(name: String) -> TensorEntry? {
    fileIndices[name].flatMap { files[$0][stored(name)] }
  }

  /// Lets the system begin to read a tensor, and does not wait.
  package func prefetch(_ name: String) {
    if let index = fileIndices[name] { files[index].prefetch(stored(name)) }
  }

  package func withBytes<Result>(
    of name: String, elements: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    guard let index = fileIndices[name] else { throw CheckpointError.tensorNotFound(path: path, tensor: name) }
    return try files[index].withBytes(of: stored(name), elements: elements, body)
  }

  private func stored(_ name: String) -> String { storedNames[name] ?? name }

  /// The same folder, with its tensors under other names.
  ///
  /// - Throws: `CheckpointError.oneNameForTwo` where two tensors would have one name.
  package func renamed(_ rename: (String) -> String) throws(CheckpointError) -> ModelFolder {
    var result = self
    (result.storedNames, result.fileIndices) = ([:], [:])
    for name in names {
      let new = rename(name)
      if let first = result.storedNames.updateValue(stored(name), forKey: new) {
        throw .oneNameForTwo(path: path, name: new, first: first, second: stored(name))
      }
      result.fileIndices[new] = fileIndices[name]!
    }
    result.names = result.fileIndices.keys.sorted { $0.precedesInBytes($1) }
    return result
  }
}

extension ModelFolder {
  /// What holds a folder's weights, the first that is there: a file, or the index of several.
  static let weightNames = [
    "model.safetensors", "model.safetensors.index.json",
    "open_clip_model.safetensors", "open_clip_model.safetensors.index.json",
    "pytorch_model.bin", "pytorch_model.bin.index.json", "open_clip_pytorch_model.bin",
  ]

  /// How the names of weight files end, in messages too.
  package static let weightSuffixes = [".safetensors"] + pyTorchSuffixes
  private static let pyTorchSuffixes = [".bin", ".pt", ".pth", ".ckpt"]

  /// Opens a file in the format that its name tells.
  private static func openFile(_ path: String, _ counter: ReadCounter?) throws(CheckpointError) -> any TensorFile {
    guard weightSuffixes.contains(where: path.hasSuffix) else { throw .notAWeightFile(path: path) }
    if pyTorchSuffixes.contains(where: path.hasSuffix) { return try PyTorchFile(path: path, counter: counter) }
    return try SafetensorsFile(path: path, counter: counter)
  }

  private static func openWeights(
    in contents: FolderContents, _ counter: ReadCounter?
  ) throws(CheckpointError) -> [any TensorFile] {
    guard let name = weightNames.first(where: contents.holds) else {
      throw .noWeights(path: contents.path, lookedFor: weightNames)
    }
    if name.hasSuffix(".index.json") { return try openShards(index: name, contents, counter) }
    return [try openFile("\(contents.path)/\(name)", counter)]
  }

  /// Opens the files that an index names, and checks that it and they tell of the same tensors.
  private static func openShards(
    index name: String, _ contents: FolderContents, _ counter: ReadCounter?
  ) throws(CheckpointError) -> [any TensorFile] {
    let path = "\(contents.path)/\(name)"
    let index = try ShardIndex(parsing: Array(try contents.data(of: name)), path: path)
    for placement in index.placements where !contents.holds(placement.file) {
      throw .shardMissing(path: path, tensor: placement.tensor, file: placement.file)
    }
    var shards: [String: any TensorFile] = [:]
    for file in index.files { shards[file] = try openFile("\(contents.path)/\(file)", counter) }
    for placement in index.placements where shards[placement.file]?[placement.tensor] == nil {
      throw .shardLacksTensor(path: path, tensor: placement.tensor, file: placement.file)
    }
    let placed = Set(index.placements.map(\.tensor))
    for file in index.files {
      for entry in shards[file]?.entries ?? [] where !placed.contains(entry.name) {
        throw .tensorNotInIndex(path: path, tensor: entry.name, file: file)
      }
    }
    return index.files.compactMap { shards[$0] }
  }
}
