import Checkpoints
import Crypto
import Foundation

/// A run's state between two steps, in one file.
///
/// What is learnt is small, 24 bytes for each task's component, so rank 0 gathers and writes it: only rank 0 must see the
/// output's disk, one rename publishes all of it, and it is whole or the one before is.
///
/// The file is a safetensors file: the entries of `StateLayout`, `losses` [steps, T], all F64, and in the metadata the
/// record as JSON and a SHA-256 over it and all numbers.
package struct RunCheckpoint: Equatable, Sendable {
  package var record: RunRecord
  /// A row per step, a number per task.
  package var losses: [[Double]]
  /// As `StateLayout` says.
  package var numbers: [Double]

  private static let recordKey = "adarank_run"
  private static let digestKey = "sha256"
  private static let lossesName = "losses"

  /// Writes the file; until it is whole and on the disk, what was there stays.
  ///
  /// - Throws: `CheckpointError`.
  func write(_ path: String, layout: StateLayout) throws {
    precondition(numbers.count == layout.count && losses.count == record.step)
    let json = try record.json
    let tensors = layout.entries.map { entry in
      NamedTensor(name: entry.name, elementType: .f64, shape: entry.shape, bytes: Self.bytes(numbers[entry.range]))
    }
    let shape = [losses.count, losses.first?.count ?? 0]
    let rows = NamedTensor(
      name: Self.lossesName, elementType: .f64, shape: shape, bytes: Self.bytes(losses.flatMap { $0 }[...]))
    try SafetensorsWriter.writeFile(
      path, tensors: tensors + [rows],
      metadata: [
        Self.recordKey: json,
        Self.digestKey: Self.digest(json, [rows.bytes] + tensors.map(\.bytes)),
      ])
  }

  private static func bytes(_ numbers: ArraySlice<Double>) -> [UInt8] {
    numbers.map { $0.bitPattern.littleEndian }.withUnsafeBytes { Array($0) }
  }

  private static func digest(_ json: String, _ parts: [[UInt8]]) -> String {
    var hash = SHA256()
    hash.update(data: Data(json.utf8))
    for part in parts { hash.update(data: part) }
    return hash.finalize().hexadecimal
  }

  /// What a checkpoint says of its run, without its numbers.
  ///
  /// - Throws: `InputError` where the file cannot be used.
  package static func record(_ path: String) throws -> RunRecord {
    try reading(path) { file in try record(of: file) }
  }

  private static func record(of file: SafetensorsFile) throws -> RunRecord {
    guard let json = file.metadata[recordKey] else { throw Self.refusal("\(file.path) is no checkpoint of a run") }
    let record: RunRecord
    do { record = try RunRecord(json: json) } catch {
      throw Self.refusal("\(file.path): its record cannot be read; was it written by another version?")
    }
    guard record.step >= 0 else { throw Self.refusal("\(file.path): its record is of step \(record.step)") }
    guard record.format == RunRecord.format else {
      throw InputError([
        "\(file.path) has format \(record.format), but this version reads \(RunRecord.format); go on with the version "
          + "that wrote it, \(record.version)"
      ])
    }
    return record
  }

  /// Reads a whole checkpoint.
  ///
  /// - Throws: `InputError` where it is damaged, or not of this collection.
  package init(_ path: String, layout: StateLayout, tasks: Int) throws {
    self = try Self.reading(path) { file in
      let record = try Self.record(of: file)
      let losses = [record.step, record.step == 0 ? 0 : tasks]
      let wanted = layout.entries.map { ($0.name, $0.shape) } + [(Self.lossesName, losses)]
      for (name, shape) in wanted {
        guard let entry = file[name], entry.elementType == .f64, entry.shape == shape else {
          let found = file[name].map { "is \($0.elementType.rawValue) \($0.shape)" } ?? "is missing"
          throw Self.refusal("\(path): '\(name)' \(found), but this merge has F64 \(shape)")
        }
      }
      guard file.entries.count == wanted.count else {
        let known = Set(wanted.map(\.0))
        let other = file.entries.first { !known.contains($0.name) }!
        throw Self.refusal("\(path) holds '\(other.name)', which this merge does not learn")
      }
      guard record.watch?.isOf(tasks: tasks) ?? true else {
        throw Self.refusal("\(path): its record of how the tasks stood is not of \(tasks) tasks")
      }
      func bytes(_ name: String) throws -> [UInt8] { try file.withBytes(of: name) { Array($0) } }
      let rows = try bytes(Self.lossesName)
      let parts = try layout.entries.map { try bytes($0.name) }
      guard file.metadata[Self.digestKey] == Self.digest(file.metadata[Self.recordKey]!, [rows] + parts) else {
        throw Self.refusal("\(path) is damaged: its numbers do not have the digest that was written with them")
      }
      let flat = Self.numbers(rows)
      return RunCheckpoint(
        record: record,
        losses: (0..<record.step).map { Array(flat[$0 * tasks..<($0 + 1) * tasks]) },
        numbers: parts.flatMap(Self.numbers))
    }
  }

  init(record: RunRecord, losses: [[Double]], numbers: [Double]) {
    self.record = record
    self.losses = losses
    self.numbers = numbers
  }

  private static func numbers(_ bytes: [UInt8]) -> [Double] {
    bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / 8).map {
        Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)))
      }
    }
  }

  private static func refusal(_ finding: String) -> InputError {
    InputError(["\(finding). Begin again with --overwrite"])
  }

  private static func reading<R>(_ path: String, _ body: (SafetensorsFile) throws -> R) throws -> R {
    do { return try body(try SafetensorsFile(path: path)) } catch let error as CheckpointError {
      throw Self.refusal("\(error)")
    }
  }
}
