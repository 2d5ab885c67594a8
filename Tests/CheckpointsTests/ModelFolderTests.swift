import Foundation
import LinearAlgebra
import Testing

@testable import Checkpoints

@Suite struct ModelFolderTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  /// A file of tensors with two elements each, the first element being `value`.
  private func weights(_ names: [String], value: Float = 1, as file: String) throws {
    let tensors = names.map { NamedTensor(name: $0, tensor: Tensor(shape: [2], elements: [value, 0])) }
    try SafetensorsWriter.writeFile("\(scratch.path)/\(file)", tensors: tensors)
  }

  private func index(_ map: String, as file: String = "model.safetensors.index.json") throws {
    _ = try scratch.write(#"{"metadata":{"total_size":1.5},"weight_map":\#(map)}"#, as: file)
  }

  private func expect(_ error: CheckpointError, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(throws: error, sourceLocation: sourceLocation) { try ModelFolder(path: scratch.path) }
  }

  private var indexPath: String { "\(scratch.path)/model.safetensors.index.json" }

  @Test func aFolderWithOneFile() throws {
    try weights(["b", "a", "B", "é"], as: "model.safetensors")
    _ = try scratch.write(#"{"x": 1}"#, as: "config.json")
    _ = try scratch.write("{}", as: "open_clip_config.json")
    _ = try scratch.write("[]", as: "preprocessor_config.json")
    let folder = try ModelFolder(path: scratch.path)
    #expect(folder.names == ["B", "a", "b", "é"])
    #expect(folder["a"]?.shape == [2])
    #expect(folder["c"] == nil)
    #expect(folder.configurationFileName == "config.json")
    #expect(folder.configuration == Data(#"{"x": 1}"#.utf8))
    #expect(folder.preprocessor == Data("[]".utf8))
    #expect(throws: CheckpointError.tensorNotFound(path: scratch.path, tensor: "c")) { try folder.tensor("c") }
  }

  @Test func aSingleFileHasNoConfiguration() throws {
    try weights(["a"], as: "anything.safetensors")
    _ = try scratch.write("{}", as: "config.json")
    let folder = try ModelFolder(path: "\(scratch.path)/anything.safetensors")
    #expect(folder.names == ["a"])
    #expect(folder.configuration == nil && folder.configurationFileName == nil && folder.preprocessor == nil)
    #expect(folder.companionFiles.isEmpty)
  }

  @Test func tensorsMayGoByOtherNames() throws {
    try weights(["a.b", "c"], as: "model.safetensors")
    let folder = try ModelFolder(path: scratch.path).renamed { "x." + $0 }
    #expect(folder.names == ["x.a.b", "x.c"])
    #expect(try folder.tensor("x.c").elements == [1, 0])
    #expect(folder["c"] == nil && folder["x.a.b"]?.shape == [2])
    #expect(throws: CheckpointError.oneNameForTwo(path: scratch.path, name: "y", first: "a.b", second: "c")) {
      try ModelFolder(path: scratch.path).renamed { _ in "y" }
    }
    let again = try folder.renamed { String($0.dropFirst(2)) }
    #expect(try again.names == ["a.b", "c"] && again.tensor("a.b").elements == [1, 0])
  }

  @Test func shardsAppearAsOne() throws {
    try weights(["a", "c"], value: 1, as: "model-00001-of-00002.safetensors")
    try weights(["b"], value: 2, as: "model-00002-of-00002.safetensors")
    try index(
      #"""
      {"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors",
       "c":"model-00001-of-00002.safetensors"}
      """#)
    let counter = ReadCounter()
    let folder = try ModelFolder(path: scratch.path, counter: counter)
    #expect(folder.names == ["a", "b", "c"])
    #expect(folder.files.count == 2)
    #expect(folder["b"]?.path == "\(scratch.path)/model-00002-of-00002.safetensors")
    #expect(try folder.tensor("b").elements == [2, 0])
    #expect(try folder.tensor("c").elements == [1, 0])
    #expect(try folder.withBytes(of: "b") { $0.count } == 8)
    #expect(try folder.withBytes(of: "b", elements: 1..<2) { Array($0) } == [0, 0, 0, 0])
    #expect(counter.distinctBytes == 16)
  }

  @Test func theFirstOfTheKnownNamesIsTaken() throws {
    try weights(["d"], as: "open.safetensors")
    try index(#"{"d":"open.safetensors"}"#, as: "open_clip_model.safetensors.index.json")
    #expect(try ModelFolder(path: scratch.path).names == ["d"])
    try weights(["c"], as: "open_clip_model.safetensors")
    _ = try scratch.write("{}", as: "open_clip_config.json")
    #expect(try ModelFolder(path: scratch.path).names == ["c"])
    #expect(try ModelFolder(path: scratch.path).configurationFileName == "open_clip_config.json")
    try weights(["b"], as: "shard.safetensors")
    try index(#"{"b":"shard.safetensors"}"#)
    #expect(try ModelFolder(path: scratch.path).names == ["b"])
    try weights(["a"], as: "model.safetensors")
    #expect(try ModelFolder(path: scratch.path).names == ["a"])
  }

  @Test func companionsAreWhatAUserNeedsBesideTheWeights() throws {
    try weights(["a"], as: "model.safetensors")
    let companions = ["merges.txt", "preprocessor_config.json", "sentencepiece.model", "tokenizer.json", "vocab.json"]
    let others = [
      "config.json", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json", "README.md",
      ".hidden.json", "report.json", "notes.pdf", "sub/tokenizer.json", "folder.json/x",
    ]
    for name in companions + others { _ = try scratch.write("{}", as: name) }
    let large = try scratch.write("", as: "large.json")
    try #require(truncate(large, 64 << 20 + 1) == 0)
    #expect(try ModelFolder(path: scratch.path).companionFiles == companions)
  }

  @Test func linksAreFollowed() throws {
    try weights(["a"], as: "0123")
    try FileManager.default.createSymbolicLink(
      atPath: "\(scratch.path)/model.safetensors", withDestinationPath: "0123")
    #expect(try ModelFolder(path: scratch.path).names == ["a"])
  }

  @Test func aFolderWithoutWeightsSaysWhatWasLookedFor() throws {
    expect(
      .noWeights(
        path: scratch.path,
        lookedFor: [
          "model.safetensors", "model.safetensors.index.json", "open_clip_model.safetensors",
          "open_clip_model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json",
          "open_clip_pytorch_model.bin",
        ]))
  }

  @Test func pathsThatAreNoModelAreRefused() throws {
    let missing = "\(scratch.path)/missing"
    #expect(throws: CheckpointError.system(path: missing, attempt: "find it", code: ENOENT)) {
      try ModelFolder(path: missing)
    }
    let text = try scratch.write("", as: "notes.txt")
    #expect(throws: CheckpointError.notAWeightFile(path: text)) { try ModelFolder(path: text) }
  }

  /// Copies a checkpoint of the fixtures into the folder.
  private func checkpoint(_ fixture: String, as name: String) throws {
    try FileManager.default.copyItem(atPath: PyTorchFileTests.fixture(fixture), toPath: "\(scratch.path)/\(name)")
  }

  @Test func checkpointsAreReadWhereThereAreNoSafetensors() throws {
    try checkpoint("clip.pt", as: "open_clip_pytorch_model.bin")
    #expect(try ModelFolder(path: scratch.path).names.count == 24)
    try checkpoint("tree-2.pt", as: "pytorch_model.bin")
    let folder = try ModelFolder(path: scratch.path)
    #expect(folder.names.count == 15 && folder.files.count == 1)
    #expect(try folder.tensor("blocks.0.lasting").elements == [1, 1])
    try weights(["a"], as: "model.safetensors")
    #expect(try ModelFolder(path: scratch.path).names == ["a"])
  }

  @Test func checkpointsInShardsAppearAsOne() throws {
    let folder = try ModelFolder(path: PyTorchFileTests.fixture("sharded"))
    let golden = try ModelFolder(path: PyTorchFileTests.fixture("tree.safetensors"))
    #expect(folder.files.count == 2)
    #expect(folder.names == golden.names)
    for name in golden.names where golden[name]?.elementType == .f32 {
      #expect(try folder.tensor(name) == golden.tensor(name), "\(name)")
    }
  }

  /// The names of one were those of `DataParallel`, of the other those of `torch.compile` around it; beside the weights
  /// lie an optimizer's state, NumPy's numbers, paths and dates.
  @Test(arguments: ["training.pt", "companions.pt"])
  func wrappersOfModulesAreLeftOut(name: String) throws {
    let folder = try ModelFolder(path: PyTorchFileTests.fixture(name))
    let golden = try ModelFolder(path: PyTorchFileTests.fixture("tree.safetensors"))
    #expect(folder.names == golden.names)
    for name in golden.names where golden[name]?.elementType == .f32 {
      #expect(try folder.tensor(name) == golden.tensor(name), "\(name)")
    }
  }

  /// So many that a copy of the name for each would take minutes.
  @Test func aHeapOfWrappersIsLeftOutAtOnce() throws {
    let name = String(repeating: "module._orig_mod.", count: 200_000) + "w"
    let pickle = PickleBytes.pickle(PickleBytes.dictionary([(name, PickleBytes.tensor())]))
    let bytes = archiveBytes([("x/data.pkl", pickle), ("x/data/0", [UInt8](repeating: 0, count: 8))])
    #expect(try ModelFolder(path: scratch.write(bytes, as: "x.pt")).names == ["w"])
  }

  @Test(arguments: ["x.pt", "x.pth", "x.bin", "x.ckpt"])
  func checkpointsAreFilesOfTheirOwnToo(name: String) throws {
    try checkpoint("tree-4.pt", as: name)
    let folder = try ModelFolder(path: "\(scratch.path)/\(name)")
    #expect(folder.names.count == 15 && folder.configuration == nil)
    let counter = ReadCounter()
    let renamed = try ModelFolder(path: "\(scratch.path)/\(name)", counter: counter).renamed { "x." + $0 }
    renamed.prefetch("x.head.bias")
    #expect(try renamed.tensor("x.head.bias") == folder.tensor("head.bias"))
    #expect(counter.distinctBytes == 12)
  }

  @Test func indexesMustBeWellFormed() throws {
    for (text, error) in [
      ("[]", CheckpointError.notAnObject(path: indexPath)), ("{}", .noWeightMap(path: indexPath)),
      (#"{"weight_map":[]}"#, .noWeightMap(path: indexPath)),
      (#"{"weight_map":{}}"#, .noTensorsInIndex(path: indexPath)),
      (#"{"weight_map":{"a":1}}"#, .badShardName(path: indexPath, tensor: "a")),
      (#"{"weight_map":{"a":"../x.safetensors"}}"#, .badShardName(path: indexPath, tensor: "a")),
      (#"{"weight_map":{"a":"/x.safetensors"}}"#, .badShardName(path: indexPath, tensor: "a")),
      (#"{"weight_map":{"a":".."}}"#, .badShardName(path: indexPath, tensor: "a")),
      (#"{"weight_map":{"a":""}}"#, .badShardName(path: indexPath, tensor: "a")),
      (#"{"weight_map":{"a":"x\u0000"}}"#, .badShardName(path: indexPath, tensor: "a")),
      (#"{"weight_map":{"a":"x","a":"y"}}"#, .duplicateName(path: indexPath, name: "a")),
      ("{", .notJSON(path: indexPath, offset: 1, reason: "a name in quotation marks is expected here")),
    ] {
      _ = try scratch.write(text, as: "model.safetensors.index.json")
      expect(error)
    }
    _ = try scratch.write([0x7B, 0xFF, 0x7D], as: "model.safetensors.index.json")
    expect(.notUTF8(path: indexPath))
  }

  @Test func indexAndFilesMustAgree() throws {
    try weights(["a"], as: "1.safetensors")
    try index(#"{"a":"1.safetensors","b":"2.safetensors"}"#)
    expect(.shardMissing(path: indexPath, tensor: "b", file: "2.safetensors"))
    try weights(["c"], as: "2.safetensors")
    expect(.shardLacksTensor(path: indexPath, tensor: "b", file: "2.safetensors"))
    try weights(["b", "c"], as: "2.safetensors")
    expect(.tensorNotInIndex(path: indexPath, tensor: "c", file: "2.safetensors"))
    try weights(["a", "b"], as: "2.safetensors")
    expect(
      .tensorInTwoFiles(
        tensor: "a", first: "\(scratch.path)/1.safetensors", second: "\(scratch.path)/2.safetensors"))
  }
}
