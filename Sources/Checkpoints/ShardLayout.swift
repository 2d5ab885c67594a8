import Foundation

/// How the tensors of a model are spread over files of limited size.
///
/// A single file is called `model.safetensors`; several are numbered, and an index names the file of each
/// tensor. Tensors are placed by the bytes of their names, a new file beginning where the next tensor would
/// exceed the limit; one that exceeds it alone has a file of its own.
package struct ShardLayout: Equatable, Sendable {
  /// One file and its tensors.
  package struct Shard: Equatable, Sendable {
    package let file: String
    /// By the bytes of their names.
    package let tensors: [TensorDescription]
  }

  package static let indexName = "model.safetensors.index.json"

  /// The files in the order of their tensors' names: at least one.
  package let shards: [Shard]
  /// The size of all tensors, in bytes.
  package let totalByteCount: Int

  /// - Parameter limit: the most bytes of tensors in one file.
  package init(_ tensors: [TensorDescription], limit: Int) {
    var groups: [[TensorDescription]] = [[]]
    var filled = 0
    for tensor in tensors.sorted(by: { $0.name.precedesInBytes($1.name) }) {
      // Not `filled + byteCount > limit`: a limit of Int.max means no limit.
      if !groups[groups.count - 1].isEmpty, tensor.byteCount > limit - filled {
        groups.append([])
        filled = 0
      }
      groups[groups.count - 1].append(tensor)
      filled += tensor.byteCount
    }
    shards = groups.enumerated().map { index, group in
      Shard(file: Self.fileName(index, of: groups.count), tensors: group)
    }
    totalByteCount = tensors.reduce(0) { $0 + $1.byteCount }
  }

  /// The contents of the file `indexName`; nil where there is but one shard, which needs none.
  package var index: Data? {
    guard shards.count > 1 else { return nil }
    let placements = shards.flatMap { shard in
      shard.tensors.map { ShardIndex.Placement(tensor: $0.name, file: shard.file) }
    }
    return Data(ShardIndex(placements: placements).json(totalByteCount: totalByteCount).utf8)
  }

  private static func fileName(_ index: Int, of count: Int) -> String {
    if count == 1 { return "model.safetensors" }
    let (number, total) = (fiveDigits(index + 1), fiveDigits(count))
    return "model-\(number)-of-\(total).safetensors"
  }

  private static func fiveDigits(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }
}
