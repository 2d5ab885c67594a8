import Checkpoints
import Foundation
import LinearAlgebra

extension ComponentTable {
  /// The file of a merged folder that holds the table.
  package static let fileName = "components.safetensors"

  private struct Shapes: Codable {
    let name: String
    let rows: Int
    let columns: Int
  }

  /// The file's tensors: of each matrix `singular_values.NAME`, `overlap.NAME`, `pull.NAME` [T, r], `kept.NAME` [T, r] of 0 and
  /// 1, `coefficients.NAME` [T].
  package var namedTensors: [NamedTensor] {
    let tasks = tasks.count
    func tensor(_ name: String, _ values: [[Float]]) -> NamedTensor {
      NamedTensor(
        name: name, tensor: Tensor(shape: [tasks, values.first?.count ?? 0], elements: values.flatMap { $0 }))
    }
    return matrices.flatMap { matrix in
      [
        tensor("singular_values." + matrix.name, matrix.singularValues),
        tensor("overlap." + matrix.name, matrix.overlaps),
        tensor("pull." + matrix.name, matrix.pulls),
        NamedTensor(
          name: "kept." + matrix.name, elementType: .u8, shape: [tasks, matrix.componentCount],
          bytes: matrix.isKept.flatMap { $0.map { $0 ? 1 : 0 } }),
        NamedTensor(
          name: "coefficients." + matrix.name, tensor: Tensor(shape: [tasks], elements: matrix.coefficients)),
      ]
    }
  }

  /// The file's metadata: tasks, origin, and the matrices in their order with their shapes.
  package var metadata: [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func text(_ value: some Encodable) -> String {
      (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    return [
      "format": "pt", "origin": origin.rawValue, "tasks": text(tasks),
      "matrices": text(matrices.map { Shapes(name: $0.name, rows: $0.rows, columns: $0.columns) }),
    ]
  }

  /// Reads the table of a merged folder, or of a file.
  ///
  /// - Throws: `InputError` with everything that is wrong with the file.
  package init(path: String) throws {
    var path = path
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      path += "/" + Self.fileName
    }
    let file: SafetensorsFile
    do { file = try SafetensorsFile(path: path) } catch { throw InputError(["\(error)"]) }
    func metadata<Value: Decodable>(_ key: String, as type: Value.Type) throws -> Value {
      guard let text = file.metadata[key], let value = try? JSONDecoder().decode(type, from: Data(text.utf8)) else {
        throw InputError(["\(path) is no table of components: its metadata has no '\(key)'"])
      }
      return value
    }
    let tasks = try metadata("tasks", as: [String].self)
    guard let origin = file.metadata["origin"].flatMap(Origin.init), !tasks.isEmpty else {
      throw InputError(["\(path) is no table of components: it names no origin, or no task"])
    }
    let findings = FindingList()
    func values(_ name: String, _ shape: [Int?], isSigned: Bool = true) throws -> [[Float]] {
      guard let entry = file[name], entry.elementType == .f32, entry.shape.count == shape.count,
        zip(entry.shape, shape).allSatisfy({ $1 == nil || $0 == $1 })
      else { throw InputError(["\(path): there is no tensor '\(name)' of float32 for \(tasks.count) tasks"]) }
      let elements = try file.tensor(name).elements
      guard elements.allSatisfy(\.isFinite) else {
        throw InputError(["\(path): '\(name)' holds a NaN or an infinity"])
      }
      guard isSigned || elements.allSatisfy({ $0 >= 0 }) else {
        throw InputError(["\(path): '\(name)' holds a negative number"])
      }
      let width = entry.shape.dropFirst().reduce(1, *)
      return (0..<entry.shape[0]).map { Array(elements[$0 * width..<($0 + 1) * width]) }
    }
    let count = tasks.count
    var known: Set<String> = []
    let matrices = try metadata("matrices", as: [Shapes].self).compactMap { shape -> Matrix? in
      findings.collecting {
        let name = shape.name
        guard known.insert(name).inserted else { throw InputError(["\(path) has the matrix '\(name)' twice"]) }
        let singularValues = try values("singular_values." + name, [count, nil], isSigned: false)
        let components = singularValues[0].count
        guard let kept = file["kept." + name], kept.elementType == .u8, kept.shape == [count, components] else {
          throw InputError(["\(path): 'kept.\(name)' is no tensor of uint8 [\(count), \(components)]"])
        }
        let marks = try file.withBytes(of: "kept." + name) { $0.map { $0 != 0 } }
        return Matrix(
          name: name, rows: shape.rows, columns: shape.columns, singularValues: singularValues,
          overlaps: try values("overlap." + name, [count, components], isSigned: false),
          pulls: try values("pull." + name, [count, components]),
          isKept: (0..<count).map { Array(marks[$0 * components..<($0 + 1) * components]) },
          coefficients: try values("coefficients." + name, [count]).map { $0[0] })
      }
    }
    guard findings.all.isEmpty else { throw InputError(findings.all) }
    self.init(tasks: tasks, origin: origin, matrices: matrices)
  }
}
