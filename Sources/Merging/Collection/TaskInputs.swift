import Checkpoints
import LinearAlgebra
import Transformers

/// The inputs of one task, as its encoder takes them.
package enum TaskInputs: Sendable {
  case pictures(ImageInputs)
  case texts(TextInputs)

  /// - Parameter normalization: how bytes of pictures become numbers.
  /// - Throws: `InputError` where the file does not hold what the encoder takes.
  package init(path: String, encoder: Encoder, normalization: PixelNormalization, counter: ReadCounter?) throws {
    switch encoder.input {
    case .pictures(let configuration):
      self = .pictures(
        try ImageInputs(path: path, configuration: configuration, normalization: normalization, counter: counter))
    case .text(let configuration):
      self = .texts(try TextInputs(path: path, configuration: configuration, counter: counter))
    }
  }

  package var count: Int {
    switch self {
    case .pictures(let inputs): inputs.count
    case .texts(let inputs): inputs.count
    }
  }

  /// The file's header.
  var file: SafetensorsFile {
    switch self {
    case .pictures(let inputs): inputs.file
    case .texts(let inputs): inputs.file
    }
  }

  /// Whether `preprocessor_config.json` must say how bytes become numbers.
  var needsNormalization: Bool {
    if case .pictures(let inputs) = self { !inputs.isNormalized } else { false }
  }

  /// The most tokens of an input; nil where the encoder fixes them.
  package var mostTokens: Int? {
    if case .texts(let inputs) = self { inputs.mostTokens } else { nil }
  }

  /// The tokens of all inputs; nil where the encoder fixes them.
  package var tokenCount: Int? {
    if case .texts(let inputs) = self { inputs.tokenCount } else { nil }
  }

  /// Puts an input in a sample's place. A lane's or chunk's samples must be given from the first to the last.
  ///
  /// - Parameters:
  ///   - scratch: room for the numbers of one picture.
  ///   - isFirst: whether the sample is the first of its lane or chunk.
  func place(
    _ index: Int, at sample: Int, isFirst: Bool, scratch: UnsafeMutablePointer<Float>, in pass: EncoderPass
  ) throws {
    switch self {
    case .pictures(let inputs):
      try inputs.cut(index, scratch: scratch, into: pass.patches(of: sample..<sample + 1))
    case .texts(let inputs):
      inputs.withTokens(index) { words, types in
        pass.place(sample, isFirst: isFirst, words: words, types: types)
      }
    }
  }

  /// The labels [N] that belong to the inputs.
  ///
  /// - Parameter classCount: K.
  /// - Throws: `InputError` where there are none, too many or too few, or one outside 0 ..< K.
  package func labels(classCount: Int) throws -> [Int] {
    guard let entry = file["labels"] else {
      throw InputError(["\(file.path) has no 'labels', so no accuracy can be measured on it"])
    }
    guard !entry.elementType.isFloatingPoint, entry.shape == [count] else {
      throw InputError([
        "\(file.path): 'labels' is \(entry.elementType.rawValue) \(entry.shape); it must hold \(count) whole numbers"
      ])
    }
    let labels = try file.readIntegers("labels", elements: 0..<count)
    if let wrong = labels.firstIndex(where: { !(0..<classCount).contains($0) }) {
      throw InputError([
        "\(file.path): label \(wrong) is \(labels[wrong]), but the head has \(classCount) classes "
          + "(0 to \(classCount - 1))"
      ])
    }
    return labels
  }

  /// What is not a number among the inputs, in a sentence; nil where nothing is.
  package func firstNonFinite() throws -> String? {
    if case .pictures(let inputs) = self { try inputs.firstNonFinite() } else { nil }
  }
}
