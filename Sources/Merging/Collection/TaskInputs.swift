import LinearAlgebra
import Transformers

/// The inputs of one task, as its encoder takes them.
package enum TaskInputs: Sendable {
  case pictures(ImageInputs)
  case pictureFolder(FolderInputs)
  case texts(TextInputs)

  package var count: Int {
    switch self {
    case .pictures(let inputs): inputs.count
    case .pictureFolder(let inputs): inputs.count
    case .texts(let inputs): inputs.count
    }
  }

  /// Nil where the inputs are pictures.
  var texts: TextInputs? { if case .texts(let inputs) = self { inputs } else { nil } }

  /// What a person should know of them; nil where there is nothing.
  var note: String? {
    switch self {
    case .pictures: nil
    case .pictureFolder(let inputs): inputs.note
    case .texts(let inputs): inputs.labels.note(path: inputs.path)
    }
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
    case .pictureFolder(let inputs):
      try inputs.cut(index, into: pass.patches(of: sample..<sample + 1))
    case .texts(let inputs):
      let tokens = try inputs.tokens(index)
      tokens.words.withUnsafeBufferPointer { words in
        tokens.types.withUnsafeBufferPointer { types in
          pass.place(sample, isFirst: isFirst, words: words, types: types.isEmpty ? nil : types)
        }
      }
    }
  }

  /// Where the labels that belong to the inputs are.
  private var labels: (source: InputLabels, path: String) {
    switch self {
    case .pictures(let inputs): (.tensor(inputs.file), inputs.file.path)
    case .pictureFolder(let inputs): (inputs.labels, inputs.folder.path)
    case .texts(let inputs): (inputs.labels, inputs.path)
    }
  }

  /// Whether labels stand in the rows of a table, and are read with them.
  var labelsAreInRows: Bool { labels.source.areInRows }

  /// - Throws: `InputError` where there are no labels, or not one for each input.
  func checkLabels() throws { try labels.source.check(path: labels.path, count: count) }

  /// The labels [N] that belong to the inputs.
  ///
  /// - Parameter classCount: K.
  /// - Throws: `InputError` where there are none, too many or too few, or one outside 0 ..< K.
  package func labels(classCount: Int) throws -> [Int] {
    try labels.source.read(path: labels.path, count: count, classCount: classCount)
  }

  /// What is not a number among the inputs, in a sentence; nil where nothing is.
  package func firstNonFinite() throws -> String? {
    if case .pictures(let inputs) = self { try inputs.firstNonFinite() } else { nil }
  }
}
