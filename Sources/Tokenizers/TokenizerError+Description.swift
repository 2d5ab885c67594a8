extension TokenizerError: CustomStringConvertible {
  /// What is wrong, where, and what to do about it, in one line.
  ///
  /// Names that come out of files are quoted with their control characters escaped.
  package var description: String {
    switch self {
    case .noTokenizer(let folder, let lookedFor):
      return "\(folder): holds no tokenizer; looked for \(lookedFor.joined(separator: ", "));"
        + " copy these files of the model too"
    case .file(let error):
      return error.description
    case .missing(let path, let place):
      return "\(path): has no \(place); copy or download it again"
    case .invalid(let path, let place, let reason):
      return "\(path): \(place): \(reason); copy or download the tokenizer of this model again"
    case .unsupported(let path, let place, let feature):
      return "\(path): \(place): \(feature.quoted) is not supported;"
        + " choose a model with a tokenizer of the BERT, RoBERTa, GPT-2 or CLIP kind"
    }
  }
}
