import Checkpoints

/// What can be wrong with a model's file, apart from the file as such.
package enum RankingModelError: Error, Equatable, CustomStringConvertible {
  case notAModel(path: String)
  case unknownVersion(path: String, version: String)
  case badTensor(path: String, tensor: String, found: String, wanted: String)
  case notFinite(path: String, tensor: String)

  package var description: String {
    switch self {
    case .notAModel(let path):
      "\(path): is not a model that 'sortnet train' wrote"
    case .unknownVersion(let path, let version):
      "\(path): is of version \(version), which this program does not read; it reads version \(RankingModel.version)"
    case .badTensor(let path, let tensor, let found, let wanted):
      "\(path): tensor '\(tensor)' is \(found), where \(wanted) is wanted"
    case .notFinite(let path, let tensor):
      "\(path): tensor '\(tensor)' has NaN or an infinity in it"
    }
  }
}

extension RankingModel {
  static let kind = "sortnet comparator"
  static let version = "1"

  /// Reads what `write` has written.
  ///
  /// - Throws: `CheckpointError`, `RankingModelError`.
  package init(path: String) throws {
    let file = try SafetensorsFile(path: path)
    guard file.metadata["kind"] == Self.kind else { throw RankingModelError.notAModel(path: path) }
    let version = file.metadata["version"] ?? "none"
    guard version == Self.version else { throw RankingModelError.unknownVersion(path: path, version: version) }
    let (features, hidden) = (try Self.length("scaling.mean", file), try Self.length("hidden.bias", file))
    scaling = FeatureScaling(
      means: try Self.read("scaling.mean", [features], file), factors: try Self.read("scaling.factor", [features], file)
    )
    comparator = Comparator(
      featureCount: features, hiddenCount: hidden,
      parameters: try Self.read("input.weight", [features, 2, hidden], file)
        + Self.read("hidden.bias", [hidden], file) + Self.read("output.weight", [2, hidden], file)
        + Self.read("output.bias", [1], file))
  }

  /// Writes a safetensors file, all F64: `input.weight` [F, 2, H], `hidden.bias` [H], `output.weight` [2, H], `output.bias`
  /// [1] (see `Comparator`), `scaling.mean` and `scaling.factor` [F].
  ///
  /// Under its name appears the whole file, or what was there before.
  ///
  /// - Parameter notes: further metadata, for people.
  /// - Throws: `CheckpointError` where it cannot be written.
  package func write(to path: String, notes: [String: String] = [:]) throws {
    let (features, hidden, parameters) = (comparator.featureCount, comparator.hiddenCount, comparator.parameters)
    func tensor(_ name: String, _ shape: [Int], _ values: some Sequence<Double>) -> NamedTensor {
      let bytes = values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
      return NamedTensor(name: name, elementType: .f64, shape: shape, bytes: bytes)
    }
    try SafetensorsWriter.writeFile(
      path,
      tensors: [
        tensor("input.weight", [features, 2, hidden], parameters[..<comparator.hiddenBiases]),
        tensor("hidden.bias", [hidden], parameters[comparator.hiddenBiases..<comparator.outputWeights]),
        tensor("output.weight", [2, hidden], parameters[comparator.outputWeights..<comparator.outputBias]),
        tensor("output.bias", [1], parameters[comparator.outputBias...]),
        tensor("scaling.mean", [features], scaling.means), tensor("scaling.factor", [features], scaling.factors),
      ],
      metadata: notes.merging(["kind": Self.kind, "version": Self.version]) { $1 })
  }

  /// The length of a tensor that says how many of something there are.
  private static func length(_ name: String, _ file: SafetensorsFile) throws -> Int {
    let shape = try file.entry(name).shape
    guard shape.count == 1, shape[0] >= 1 else {
      throw RankingModelError.badTensor(path: file.path, tensor: name, found: "of shape \(shape)", wanted: "a vector")
    }
    return shape[0]
  }

  private static func read(_ name: String, _ shape: [Int], _ file: SafetensorsFile) throws -> [Double] {
    let entry = try file.entry(name)
    guard entry.elementType == .f64, entry.shape == shape else {
      throw RankingModelError.badTensor(
        path: file.path, tensor: name, found: "\(entry.elementType.rawValue) \(entry.shape)", wanted: "F64 \(shape)")
    }
    let values = try file.withBytes(of: name) { bytes in
      stride(from: 0, to: bytes.count, by: 8).map {
        Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)))
      }
    }
    guard values.allSatisfy({ $0.isFinite }) else { throw RankingModelError.notFinite(path: file.path, tensor: name) }
    return values
  }
}
