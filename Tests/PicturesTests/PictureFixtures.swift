import Foundation
import TestSupport
import Testing

@testable import Pictures

/// Small pictures, and what Pillow, transformers and OpenCLIP make of them: see `Tests/Fixtures/pictures/make.py`.
enum PictureFixtures {
  /// A picture that Pillow or a processor has made of a file.
  struct Answer: Decodable, Sendable, CustomTestStringConvertible {
    let file: String
    let width: Int
    let height: Int
    /// [height, width, 3].
    let rgb: Data
    /// The number of a `ResamplingFilter`.
    let filter: Int?
    /// A `preprocessor_config.json` or `open_clip_config.json`.
    let configuration: String?

    var picture: Picture { Picture(width: width, height: height, bytes: Array(rgb)) }
    var testDescription: String {
      "\(file) \(width) × \(height) \(filter.map { "\($0)" } ?? "")\(configuration ?? "")"
    }
  }

  static let folder = URL(fileURLWithPath: Fixtures.path("pictures"))

  static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  static func bytes(_ name: String) -> [UInt8] {
    do { return try PictureFile.open(path(name)).bytes() } catch { fatalError("\(error)") }
  }

  static func answers(_ name: String) -> [Answer] {
    do { return try JSONDecoder().decode([Answer].self, from: Data(bytes(name))) } catch { fatalError("\(error)") }
  }

  /// The names of all PNG and JPEG files.
  static let pictures: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".png") || $0.hasSuffix(".jpg") }.sorted()
  }()
}
