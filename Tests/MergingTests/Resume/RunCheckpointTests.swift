import Checkpoints
import Foundation
import TestSupport
import Testing

@testable import Merging

@Suite struct RunCheckpointTests {
  let folder: ScratchFolder
  let collection: Merging.Collection
  let layout: StateLayout
  var path: String { "\(folder.path)/checkpoint.safetensors" }

  init() throws {
    folder = try ScratchFolder()
    collection = try Merging.Collection(opening: fixtureRequest(.adarank))
    layout = StateLayout(collection, heads: [[5, 32], [7, 32], [3, 32]])
  }

  var checkpoint: RunCheckpoint {
    let record = RunRecord(
      version: "1", blas: "Zen", run: "a", step: 2, settings: ["merge_coefficient": "0.3", "learnSomething": "x"],
      inputs: ["base model.safetensors": "abc"], exchange: .dense, nodes: 1, adaptSeconds: 1.5)
    return RunCheckpoint(
      record: record, losses: [[1, 2, 3], [0.1, -0.0, .leastNonzeroMagnitude]],
      numbers: (0..<layout.count).map { Double($0) / 3 })
  }

  /// Every place once, in the order of the entries.
  @Test func theLayoutCoversAllNumbersOnce() throws {
    #expect(layout.entries.first?.offset == 0)
    for (entry, next) in zip(layout.entries, layout.entries.dropFirst()) {
      #expect(entry.range.upperBound == next.range.lowerBound)
    }
    #expect(layout.entries.last?.range.upperBound == layout.count)
    var taken = [Int](repeating: 0, count: layout.count)
    func take(_ range: Range<Int>) { for place in range { taken[place] += 1 } }
    for index in collection.body where collection.tensors[index].role != .frozen {
      for task in 0..<3 {
        if collection.tensors[index].role == .masked { take(layout.masks(tensor: index, task: task)) }
        take(layout.coefficient(tensor: index, task: task))
      }
    }
    for task in 0..<3 { take(layout.head(task: task)) }
    #expect(taken.allSatisfy { $0 == 1 })
    #expect(Set(layout.entries.map(\.name)).count == layout.entries.count)
  }

  @Test func whatIsWrittenIsReadToTheBit() throws {
    try checkpoint.write(path, layout: layout)
    let read = try RunCheckpoint(path, layout: layout, tasks: 3)
    #expect(read == checkpoint)
    #expect(read.losses[1][1].sign == .minus)
    #expect(try RunCheckpoint.record(path) == checkpoint.record)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["checkpoint.safetensors"])
  }

  @Test func anyChangedByteIsNoticed() throws {
    try checkpoint.write(path, layout: layout)
    let whole = try #require(FileManager.default.contents(atPath: path))
    let header = Int(whole.prefix(8).enumerated().reduce(0) { $0 | UInt64($1.element) << (8 * UInt64($1.offset)) })
    for place in stride(from: 8 + header, to: whole.count, by: 997) {
      var bytes = whole
      bytes[place] ^= 0x40
      try bytes.write(to: URL(fileURLWithPath: path))
      #expect(throws: InputError.self) { try RunCheckpoint(path, layout: layout, tasks: 3) }
    }
  }

  @Test func anotherMergesStateIsRefused() throws {
    try checkpoint.write(path, layout: layout)
    let other = StateLayout(collection, heads: [])
    #expect(
      throws: InputError(["\(path) holds 'heads.alpha', which this merge does not learn. Begin again with --overwrite"])
    ) {
      try RunCheckpoint(path, layout: other, tasks: 3)
    }
    let wider = StateLayout(collection, heads: [[6, 32], [7, 32], [3, 32]])
    #expect(
      throws: InputError([
        "\(path): 'heads.alpha' is F64 [3, 5, 32], but this merge has F64 [3, 6, 32]. Begin again with --overwrite"
      ])
    ) { try RunCheckpoint(path, layout: wider, tasks: 3) }
  }

  /// With a digest that is right, but of other tasks than the numbers, or a collapse that was never noticed.
  @Test func aRecordOfOtherTasksIsRefused() throws {
    var watch = GuardRecord()
    watch.expertEntropies = [1, 1, 1]
    watch.expertLabels = [[0], [0], [0]]
    var changed = checkpoint
    changed.record.watch = watch
    try changed.write(path, layout: layout)
    #expect(throws: Never.self) { try RunCheckpoint(path, layout: layout, tasks: 3) }
    var lacking = watch
    lacking.expertEntropies.removeLast()
    var unnoticed = watch
    unnoticed.collapsed = ["alpha"]
    for wrong in [lacking, unnoticed, GuardRecord()] {
      changed.record.watch = wrong
      try changed.write(path, layout: layout)
      #expect(
        throws: InputError([
          "\(path): its record of how the tasks stood is not of 3 tasks. Begin again with --overwrite"
        ])
      ) { try RunCheckpoint(path, layout: layout, tasks: 3) }
    }
  }

  @Test func otherFilesAreRefused() throws {
    #expect(throws: InputError.self) { try RunCheckpoint.record("\(folder.path)/none") }
    try SafetensorsWriter.writeFile(path, tensors: [NamedTensor(name: "a", integers: [1], shape: [1])])
    #expect(throws: InputError(["\(path) is no checkpoint of a run. Begin again with --overwrite"])) {
      try RunCheckpoint.record(path)
    }
    let json = try checkpoint.record.json
    let later = json.replacingOccurrences(of: "\"format\":1", with: "\"format\":2")
    try SafetensorsWriter.writeFile(path, tensors: [], metadata: ["adarank_run": later])
    #expect(
      throws: InputError([
        "\(path) has format 2, but this version reads 1; go on with the version that wrote it, 1"
      ])
    ) { try RunCheckpoint.record(path) }
  }

  @Test func differencesAreNamed() {
    let record = checkpoint.record
    #expect(record.differences(settings: record.settings, steps: 2) == [])
    #expect(
      record.differences(settings: ["merge_coefficient": "0.4", "seed": "1"], steps: 1) == [
        "learnSomething was x and is now not there", "merge_coefficient was 0.3 and is now 0.4",
        "seed was not there and is now 1", "2 steps are done, but the recipe now asks for 1",
      ])
    #expect(record.differences(inputs: record.inputs) == [])
    #expect(
      record.differences(inputs: ["base model.safetensors": "abd", "x": "y"]) == [
        "base model.safetensors has changed: its SHA-256 was abc… and is now abd…", "x is new",
      ])
  }
}
