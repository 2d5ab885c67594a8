import Checkpoints
import Foundation
import Pictures
import Synchronization
import Tokenizers
import Transformers

/// Opens the inputs of tasks, each once, the way the base's folder says.
package final class InputReader: Sendable {
  private let base: ModelFolder
  private let preprocessed: ModelFolder
  private let encoder: Encoder
  /// Of a text that is tokenized here.
  private let mostTokens: Int?
  private let opened = Mutex<[String: TaskInputs]>([:])
  private let tokenizers = Mutex<[String: Tokenizer]>([:])

  /// - Parameters:
  ///   - base: whose configuration is the encoder's, and whose tokenizer says how texts become tokens.
  ///   - preprocessed: whose preprocessor says how pictures become numbers; nil: the base.
  ///   - mostTokens: of a text that is tokenized here; nil: as many as model and tokenizer take.
  init(base: ModelFolder, preprocessed: ModelFolder? = nil, encoder: Encoder, mostTokens: Int?) {
    self.base = base
    self.preprocessed = preprocessed ?? base
    self.encoder = encoder
    self.mostTokens = mostTokens
  }

  /// - Parameters:
  ///   - path: of a file or folder.
  ///   - source: the task that they belong to.
  /// - Throws: `InputError` or `CheckpointError` where it does not hold what the encoder takes.
  func inputs(_ path: String, of source: ModelSource) throws -> TaskInputs {
    // The same table may serve tasks that use other columns of it.
    let key = [path, source.task].joined(separator: "\0")
    if let known = opened.withLock({ $0[key] }) { return known }
    let inputs = try open(path, of: source)
    opened.withLock { $0[key] = inputs }
    return inputs
  }

  private func open(_ path: String, of source: ModelSource) throws -> TaskInputs {
    switch encoder.input {
    case .pictures(let tower):
      let pictures = tower.pictures
      if try FileKind(path: path) == .folder {
        return .pictureFolder(
          try FolderInputs(
            path: path, pictures: pictures, preprocessing: try preprocessing(pictures),
            normalization: try normalization(pictures), classes: classNames(of: source).numbers))
      }
      return .pictures(
        try ImageInputs(
          path: path, pictures: pictures, normalization: { try self.normalization(pictures) }))
    case .text(let configuration):
      guard InputTable.isTable(path) else {
        let file = try TokenFile(path: path)
        return .texts(TextInputs(file, labels: .tensor(file.file), configuration: configuration))
      }
      let table = try InputTable(path: path, columns: source.columns, readsLabels: path == source.evaluate)
      let tokenizer = try tokenizer(of: source, configuration)
      let texts = TokenizedTable(
        table: table, tokenizer: tokenizer,
        limit: try limit(tokenizer, configuration, isPair: table.textColumns.count > 1),
        keepsTypes: configuration.family == .bert)
      let labels: InputLabels =
        table.hasLabels
        ? .column(table, classNames(of: source)) : .missing(reason: "has no column '\(source.columns.label)'")
      return .texts(TextInputs(texts, labels: labels, configuration: configuration))
    }
  }

  // MARK: Pictures

  /// How bytes of pictures become numbers.
  private func normalization(_ pictures: PictureShape) throws -> PixelNormalization {
    try PixelNormalization(
      preprocessor: preprocessed.preprocessor, configuration: base.configuration, folder: preprocessed.path,
      channels: pictures.channels)
  }

  /// How pictures get the model's size.
  private func preprocessing(_ pictures: PictureShape) throws -> PicturePreprocessing {
    do {
      if let preprocessor = preprocessed.preprocessor {
        return try PicturePreprocessing(json: preprocessor, path: preprocessed.path + "/preprocessor_config.json")
      }
      if let configuration = base.configuration, base.configurationFileName == "open_clip_config.json" {
        return try PicturePreprocessing(openCLIP: configuration, path: base.path + "/open_clip_config.json")
      }
    } catch { throw InputError(["\(error)"]) }
    // What the architecture's own processor does, but in the model's size.
    let side = pictures.imageSize
    guard case .pictures(.vit(let configuration)) = encoder.input else {
      var usual = PicturePreprocessing.clip
      usual.size = .shortestEdge(side)
      usual.crop = .init(width: side, height: side)
      return usual
    }
    if configuration.family == .dinov2 { return .dinov2 }
    var usual = PicturePreprocessing.vit
    usual.size = .exactly(width: side, height: side)
    return usual
  }

  // MARK: Texts

  /// The base's tokenizer, or where it has none the fine-tuned model's.
  private func tokenizer(of source: ModelSource, _ configuration: TextConfiguration) throws -> Tokenizer {
    do {
      return try tokenizer(base.path, configuration)
    } catch TokenizerError.noTokenizer(let folder, let lookedFor) {
      do { return try tokenizer(source.model, configuration) } catch TokenizerError.noTokenizer {
        throw InputError(["\(TokenizerError.noTokenizer(folder: folder, lookedFor: lookedFor))"])
      }
    } catch let error as TokenizerError { throw InputError(["\(error)"]) }
  }

  private func tokenizer(_ folder: String, _ configuration: TextConfiguration) throws -> Tokenizer {
    if let known = tokenizers.withLock({ $0[folder] }) { return known }
    let tokenizer = try Tokenizer(folder: folder)
    let (own, model) = (tokenizer.vocabularyCount, configuration.vocabulary)
    // A model's table may have some rows more than its tokenizer has tokens.
    guard (own...own + max(128, own / 50)).contains(model) else {
      throw InputError([
        "\(folder): its tokenizer has \(own) tokens, but the model's table has \(model); it is another model's tokenizer"
      ])
    }
    if configuration.family != .gpt2, tokenizer.specialCount(isPair: false) < 2 {
      throw InputError([
        "\(folder): its tokenizer puts no tokens around a text, as \(configuration.family.rawValue)'s does; it is another "
          + "model's tokenizer"
      ])
    }
    tokenizers.withLock { $0[folder] = tokenizer }
    return tokenizer
  }

  private func limit(_ tokenizer: Tokenizer, _ configuration: TextConfiguration, isPair: Bool) throws -> Int {
    let limit = min(configuration.mostTokens, tokenizer.maximumLength ?? .max, mostTokens ?? .max)
    let least = tokenizer.specialCount(isPair: isPair) + 1
    guard limit >= least else {
      throw InputError([
        "texts of at most \(limit) tokens leave no room for words; max_tokens must be \(least) or more"
      ])
    }
    return limit
  }

  /// The names of a task's classes: the recipe's, or those in the model's configuration.
  private func classNames(of source: ModelSource) -> ClassNames {
    if let prompts = source.prompts {
      return ClassNames(
        Dictionary(prompts.classes.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first }))
    }
    // A file of weights may lie beside its configuration.
    let model = URL(fileURLWithPath: source.model)
    let folder = (try? FileKind(path: source.model)) == .folder ? model : model.deletingLastPathComponent()
    let own = (try? Data(contentsOf: folder.appendingPathComponent("config.json"))).flatMap { json in
      json.withUnsafeBytes { StackedMarks.firstExcess(in: $0, escapes: true) } == nil ? json : nil
    }
    guard let configuration = own ?? base.configuration,
      let object = try? JSONSerialization.jsonObject(with: configuration) as? [String: Any]
    else { return ClassNames([:]) }
    return ClassNames(object["label2id"] as? [String: Int] ?? [:])
  }
}
