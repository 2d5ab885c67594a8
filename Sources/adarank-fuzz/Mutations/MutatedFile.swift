/// A valid file with something changed.
struct MutatedFile {
  private(set) var bytes: [UInt8]
  /// Why no reader may accept it; nil where the change alone does not tell.
  private(set) var wrongness: String?

  /// The most bytes of a file, and of one in a thousand, whose use of memory shows whether it grows with the file's size.
  static let mostBytes = 1 << 18
  static let mostBytesOfLarge = 1 << 21

  /// - Parameter others: files of the same form, whose parts may be put in.
  init(_ original: SeedFile, others: [[UInt8]], using random: inout CaseRandom) {
    let form = original.form
    bytes = original.bytes
    switch random.below(16) {
    case 0 where form?.needsItsEnd == true:
      cut(form!, using: &random)
      return
    case 1 where form?.allowsNothingBehind == true:
      bytes += (0...random.below(40)).map { _ in UInt8.random(in: 0x21...0xFF, using: &random) }
      wrongness = "something follows its end"
      return
    case 2..<10:
      change(by: form, using: &random)
    case 10..<13:
      for _ in 0...random.below(4) { bytes.mutate(others: others, using: &random) }
    default:
      change(by: form, using: &random)
      bytes.mutate(others: others, using: &random)
    }
    let most = random.isOne(in: 1_000) ? Self.mostBytesOfLarge : Self.mostBytes
    if bytes.count > most { bytes.removeLast(bytes.count - most) }
  }

  private mutating func change(by form: FileForm?, using random: inout CaseRandom) {
    switch form {
    case .json: JSONMutation.apply(to: &bytes, using: &random)
    case .jsonLines: LineMutation.apply(toJSONLines: &bytes, using: &random)
    case .table: LineMutation.apply(to: &bytes, separator: UInt8(ascii: "\t"), using: &random)
    case .lines: LineMutation.apply(to: &bytes, separator: UInt8(ascii: " "), using: &random)
    case .yaml: YAMLMutation.apply(to: &bytes, using: &random)
    case .safetensors: SafetensorsMutation.apply(to: &bytes, using: &random)
    case .checkpoint: CheckpointMutation.apply(to: &bytes, using: &random)
    case .png: PNGMutation.apply(to: &bytes, using: &random)
    case .jpeg: JPEGMutation.apply(to: &bytes, using: &random)
    case nil: bytes.mutate(others: [], using: &random)
    }
  }

  /// Leaves out the end of a file that needs it.
  private mutating func cut(_ form: FileForm, using random: inout CaseRandom) {
    var needed = bytes.count
    if form == .json { while needed > 0, bytes[needed - 1] <= 0x20 { needed -= 1 } }
    // Decoders do without the last chunk of a PNG file, which holds nothing.
    if form == .png { needed -= 12 }
    bytes.removeLast(bytes.count - random.below(needed))
    wrongness = "its end is missing"
  }
}
