import Checkpoints
import Pictures

/// Where the labels of a task's inputs stand.
enum InputLabels: Sendable {
  /// As `labels` [N] beside the inputs.
  case tensor(SafetensorsFile)
  /// In a column of a table.
  case column(InputTable, ClassNames)
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
    case .column(let table, let classes): labels = try (0..<count).map { try table.label(ofRow: $0, classes) }
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
    for index in labels.indices { try checkRange(labels[index], index, path: path, classCount: classCount) }
    return labels
  }

  /// Checks the label of one row of a table; of other labels there is nothing to check row by row.
  ///
  /// - Throws: `InputError` where it is none, or outside 0 ..< K.
  func check(row: Int, path: String, classCount: Int) throws {
    guard case .column(let table, let classes) = self else { return }
    try checkRange(try table.label(ofRow: row, classes), row, path: path, classCount: classCount)
  }

  /// Whether each stands in a row of a table, and is read with it.
  var areInRows: Bool { if case .column = self { true } else { false } }

  /// How labels are read that could be read otherwise, in a sentence; nil where there is no doubt.
  ///
  /// - Parameter path: of the inputs.
  func note(path: String) -> String? {
    guard case .column(_, let classes) = self, classes.areOtherNumbers else { return nil }
    return "\(path): labels are taken for the names of classes, not for their numbers, because these names are numbers"
  }

  private func checkRange(_ label: Int, _ index: Int, path: String, classCount: Int) throws {
    guard !(0..<classCount).contains(label) else { return }
    throw InputError([
      "\(path): \(name(of: index)) is \(label), but the head has \(classCount) classes (0 to \(classCount - 1))"
    ])
  }

  /// How messages name a label.
  private func name(of index: Int) -> String {
    if case .column(let table, _) = self { "the label of line \(table.line(ofRow: index))" } else { "label \(index)" }
  }
}
