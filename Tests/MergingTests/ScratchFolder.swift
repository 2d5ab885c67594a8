import Checkpoints
import Foundation
import LinearAlgebra

/// A folder for the files of one test, removed with the value that owns it.
final class ScratchFolder: Sendable {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("merging-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a safetensors file and returns its path.
  func write(_ tensors: [NamedTensor], as name: String) throws -> String {
    let file = "\(path)/\(name)"
    let folder = (file as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try SafetensorsWriter.writeFile(file, tensors: tensors)
    return file
  }

  func write(_ text: String, as name: String) throws -> String {
    let file = "\(path)/\(name)"
    let folder = (file as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    return file
  }

  /// Writes a changed copy of a safetensors file and returns its path.
  func copy(_ source: String, as name: String, changing: (inout [NamedTensor]) -> Void) throws -> String {
    let file = try SafetensorsFile(path: source)
    var tensors = try file.entries.map { entry in
      try file.withBytes(of: entry.name) {
        NamedTensor(name: entry.name, elementType: entry.elementType, shape: entry.shape, bytes: Array($0))
      }
    }
    changing(&tensors)
    return try write(tensors, as: name)
  }
}

extension NamedTensor {
  var name: String { description.name }

  /// A tensor of zeros.
  init(zeros name: String, _ elementType: ElementType = .f32, _ shape: [Int]) {
    let count = shape.reduce(1, *) * elementType.byteWidth
    self.init(name: name, elementType: elementType, shape: shape, bytes: [UInt8](repeating: 0, count: count))
  }

  /// The same with one element of type F32 replaced.
  func with(_ value: Float, at index: Int) -> NamedTensor {
    var bytes = bytes
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.replaceSubrange(4 * index..<4 * index + 4, with: $0) }
    return NamedTensor(name: name, elementType: .f32, shape: description.shape, bytes: bytes)
  }
}

extension [NamedTensor] {
  /// Replaces the tensor of that name.
  mutating func replace(_ name: String, _ change: (NamedTensor) -> NamedTensor) {
    self = map { $0.name == name ? change($0) : $0 }
  }
}
