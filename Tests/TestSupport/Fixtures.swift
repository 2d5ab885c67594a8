import Foundation

/// The golden fixtures: small random transformers, and what the methods give on them, computed in float64 with autograd by
/// an independent implementation.
package enum Fixtures {
  /// The path of a file or folder under `Tests/Fixtures`.
  package static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures").appendingPathComponent(name).path
  }
}
