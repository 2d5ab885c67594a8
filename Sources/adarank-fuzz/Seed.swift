/// Valid files that are read together, in a folder of their own.
struct Seed: Sendable {
  let name: String
  let files: [SeedFile]

  /// The indexes of files that are changed.
  var changeable: [Int] { files.indices.filter { files[$0].form != nil } }
}

/// One file of a seed.
struct SeedFile: Sendable {
  /// Its path in the folder.
  let name: String
  let bytes: [UInt8]
  /// How it is built, and so what can be changed in it; nil for one that has to be there and stays as it is.
  let form: FileForm?

  init(_ name: String, _ bytes: [UInt8], _ form: FileForm?) {
    self.name = name
    self.bytes = bytes
    self.form = form
  }

  init(_ name: String, _ text: String, _ form: FileForm?) { self.init(name, Array(text.utf8), form) }
}

/// How files are built, for changes that keep most of it.
enum FileForm: Sendable {
  case json
  case jsonLines
  /// Tabs between fields.
  case table
  /// Something in each line.
  case lines
  case yaml
  case safetensors
  /// PyTorch's: a ZIP archive with a pickle.
  case checkpoint
  case png
  case jpeg

  /// Whether no part of a file, from its beginning, is itself one.
  var needsItsEnd: Bool {
    switch self {
    case .json, .safetensors, .checkpoint, .png, .jpeg: true
    case .jsonLines, .table, .lines, .yaml: false
    }
  }

  /// Whether nothing but white space may follow a file.
  var allowsNothingBehind: Bool {
    switch self {
    case .json, .safetensors, .checkpoint: true
    case .jsonLines, .table, .lines, .yaml, .png, .jpeg: false
    }
  }
}
