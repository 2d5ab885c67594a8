import Checkpoints
import Foundation
import Transformers

/// Ranks of low-rank adapters, by which matrices begin a merge with more or fewer components than others.
struct KeptRanks {
  let path: String
  /// kⱼ by module.
  private let ranks: [String: Int]

  /// - Parameter path: of a JSON file with PEFT's `rank_pattern`, as `adarank ranks` writes it.
  /// - Throws: `InputError` or `CheckpointError` that says what is wrong with the file.
  init(path: String, encoder: Encoder) throws {
    self.path = path
    let bytes: Data
    do { bytes = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      throw InputError(["\(path) cannot be read: \(error.localizedDescription)"])
    }
    guard case .object(let members) = try JSONValue(parsingVocabulary: Array(bytes), path: path),
      case .object(let pattern)? = members.first(where: { $0.name == "rank_pattern" })?.value, !pattern.isEmpty
    else { throw InputError(["\(path) has no 'rank_pattern' with ranks by module: 'adarank ranks' writes one"]) }
    var ranks: [String: Int] = [:]
    for member in pattern {
      guard case .integer(let rank) = member.value, (1...Self.largest).contains(rank) else {
        throw InputError(["\(path): the rank of \(member.name) is no whole number from 1 to \(Self.largest)"])
      }
      ranks[LoRAModule.withoutPrefix(member.name, encoder)] = rank
    }
    self.ranks = ranks
  }

  private static let largest = 1_000_000

  /// kⱼ / mean k of each masked tensor, by name: its members' mean over the mean of all matrices that the file names.
  ///
  /// - Throws: `InputError` that names the masked matrices without a rank, and the modules that the encoder does not have.
  func factors(of tensors: [MergedTensor], _ encoder: Encoder) throws -> [String: Double] {
    var known: Set<String> = []
    var rankOfMatrix: [String: Int] = [:]
    for module in LoRAModule.all(of: encoder) {
      known.formUnion(module.names)
      let rank = module.names.lazy.compactMap { ranks[$0] }.first
      for part in module.parts { rankOfMatrix[encoder.layout.parameters[part.weight].name] = rank }
    }
    let unknown = Set(ranks.keys).subtracting(known).sorted()
    let masked = tensors.filter { $0.role == .masked }
    let missing = masked.flatMap(\.members).map(\.name).filter { rankOfMatrix[$0] == nil }
    var findings: [String] = []
    if !unknown.isEmpty {
      findings.append(
        "\(path) has ranks of \(Self.some(unknown)), which the base does not have: is it of another model?")
    }
    if !missing.isEmpty { findings.append("\(path) has no rank for the masked \(Self.some(missing))") }
    guard findings.isEmpty else { throw InputError(findings) }
    let mean = Double(rankOfMatrix.values.reduce(0, +)) / Double(rankOfMatrix.count)
    return Dictionary(
      uniqueKeysWithValues: masked.map { tensor in
        let own = tensor.members.map { rankOfMatrix[$0.name]! }
        return (tensor.name, Double(own.reduce(0, +)) / Double(own.count) / mean)
      })
  }

  private static func some(_ names: [String]) -> String {
    names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) others" : "")
  }
}
