import Foundation
import Testing

@testable import Checkpoints

@Suite struct ShardLayoutTests {
  private func tensor(_ name: String, _ byteCount: Int) -> TensorDescription {
    TensorDescription(name: name, elementType: .u8, shape: [byteCount])
  }

  private func groups(_ layout: ShardLayout) -> [[String]] { layout.shards.map { $0.tensors.map(\.name) } }

  @Test func whatFitsIsOneFileWithoutIndex() {
    for limit in [5, .max] {
      let layout = ShardLayout([tensor("b", 2), tensor("a", 3)], limit: limit)
      #expect(layout.shards.map(\.file) == ["model.safetensors"])
      #expect(groups(layout) == [["a", "b"]])
      #expect(layout.index == nil)
    }
  }

  @Test func filesAreFilledInTheOrderOfNames() {
    let tensors = [tensor("c", 2), tensor("a", 2), tensor("B", 1), tensor("d", 4), tensor("e", 0)]
    let layout = ShardLayout(tensors, limit: 4)
    #expect(groups(layout) == [["B", "a"], ["c"], ["d", "e"]])
    #expect(
      layout.shards.map(\.file) == [
        "model-00001-of-00003.safetensors", "model-00002-of-00003.safetensors", "model-00003-of-00003.safetensors",
      ])
    #expect(layout.totalByteCount == 9)
  }

  @Test func whatExceedsTheLimitIsAlone() {
    let layout = ShardLayout([tensor("a", 1), tensor("b", 9), tensor("c", 1), tensor("d", 9)], limit: 4)
    #expect(groups(layout) == [["a"], ["b"], ["c"], ["d"]])
    #expect(ShardLayout([tensor("a", 9)], limit: 4).shards.map(\.file) == ["model.safetensors"])
  }

  @Test func aModelWithoutTensorsIsOneFile() {
    #expect(groups(ShardLayout([], limit: 4)) == [[]])
  }

  @Test func theIndexNamesTheFileOfEachTensor() throws {
    let layout = ShardLayout([tensor("a\"", 3), tensor("b", 3)], limit: 4)
    let expected = """
      {
        "metadata": {
          "total_size": 6
        },
        "weight_map": {
          "a\\"": "model-00001-of-00002.safetensors",
          "b": "model-00002-of-00002.safetensors"
        }
      }

      """
    #expect(layout.index == Data(expected.utf8))
    let index = try ShardIndex(parsing: Array(expected.utf8), path: "i")
    #expect(
      index.placements == [
        .init(tensor: "a\"", file: "model-00001-of-00002.safetensors"),
        .init(tensor: "b", file: "model-00002-of-00002.safetensors"),
      ])
  }

  @Test func aShardedModelIsReadBack() throws {
    let scratch = try ScratchFolder()
    let layout = ShardLayout([tensor("a", 3), tensor("b", 3), tensor("c", 1)], limit: 4)
    for shard in layout.shards {
      let tensors = shard.tensors.map {
        NamedTensor(
          name: $0.name, elementType: .u8, shape: $0.shape, bytes: [UInt8](repeating: 7, count: $0.byteCount))
      }
      try SafetensorsWriter.writeFile("\(scratch.path)/\(shard.file)", tensors: tensors)
    }
    _ = try scratch.write(Array(try #require(layout.index)), as: ShardLayout.indexName)
    let folder = try ModelFolder(path: scratch.path)
    #expect(folder.names == ["a", "b", "c"])
    #expect(folder.files.count == 2)
    #expect(try folder.readIntegers("c", elements: 0..<1) == [7])
  }
}
