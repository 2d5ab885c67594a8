import Checkpoints
import Pictures

/// Where the labels of a task's inputs stand.
enum InputLabels: Sendable {
  /// As `labels` [N] beside the inputs.
  case tensor(SafetensorsFile)
  /// In a column of a table, which was read.
  ///
  /// - Parameter lines: of the file, where each stands.
  case column([Int], lines: [Int])
  /// Each picture's is the number of its folder; nil: its place among the folders.
  case folders(PictureFolder, numbers: [Int]?)
  /// - Parameter reason: as in "FILE REASON, so …".
  case missing(reason: String)

  /// - Parameters:
  ///   - path: of the inputs, for messages.
  ///   - count: N.
  /// - Throws: `InputError` where there are none, or not one for each input.
  func check(path: String, count: Int) throws {
    switch self {
    case .column, .folders: return
    case .missing(let reason): throw InputError(["\(path) \(reason), so no accuracy can be measured on it"])
    case .tensor(let file):
      guard let entry = file["labels"] else {
        throw InputError(["\(path) has no 'labels', so no accuracy can be measured on it"])
      }
      guard !entry.elementType.isFloatingPoint, entry.shape == [count] else {
        throw InputError([
          "\(path): 'labels' is \(entry.elementType.rawValue) \(entry.shape); it must hold \(count) whole numbers"
        ])
      }
    }
  }

  /// The labels [N].
  ///
  /// - Parameter classCount: K.
  /// - Throws: `InputError` as `check` does, and where one is outside 0 ..< K.
  func read(path: String, count: Int, classCount: Int) throws -> [Int] {
    try check(path: path, count: count)
    let labels: [Int]
    switch self {
    case .tensor(let file): labels = try file.readIntegers("labels", elements: 0..<count)
    case .column(let column, _): labels = column
    case .missing: labels = []
    case .folders(let folder, let numbers?):
      labels = numbers.enumerated().flatMap { label, number in
        repeatElement(number, count: folder.indices(ofClass: label).count)
      }
    case .folders(let folder, nil):
      guard folder.classNames.count == classCount else {
        throw InputError([
          "\(path) has \(folder.classNames.count) class folders, but the head has \(classCount) classes; a picture's "
            + "label is the place of its folder among them, by name"
        ])
      }
      labels = folder.labels ?? []
    }
    if let wrong = labels.firstIndex(where: { !(0..<classCount).contains($0) }) {
      throw InputError([
        "\(path): \(name(of: wrong)) is \(labels[wrong]), but the head has \(classCount) classes (0 to \(classCount - 1))"
      ])
    }
    return labels
  }

  /// How messages name a label.
  private func name(of index: Int) -> String {
    if case .column(_, let lines) = self { "the label of line \(lines[index])" } else { "label \(index)" }
  }
}
