/// A reader of files, as the fuzzer sees it. Each is one small file in `Readers`, and stands in `allReaders`.
protocol FuzzedReader: Sendable {
  /// As the command line and reports name it.
  var name: String { get }

  /// Valid files to begin with: each seed is read without an error.
  func seeds() throws -> [Seed]

  /// Reads a seed's folder, in which one file has been changed.
  ///
  /// - Returns: a digest of all that was read.
  /// - Throws: what the reader throws where a file is wrong; `Violation` where what was read is not what a file says.
  func read(_ folder: String) throws -> Digest

  /// Whether a wrong file is an error; otherwise it is passed over.
  var refusesWrongFiles: Bool { get }

  /// How many bytes reading may take besides the file's own size and what every read may take.
  func allowance(for file: [UInt8]) -> Int
}

extension FuzzedReader {
  var refusesWrongFiles: Bool { true }
  func allowance(for file: [UInt8]) -> Int { 0 }
}

/// Every reader that is fuzzed unless the command line names some.
let allReaders: [any FuzzedReader] = [
  SafetensorsFiles(), ShardIndexes(), Configurations(), RecipeFiles(), MergekitRecipeFiles(), PyTorchCheckpoints(),
  TokenizerFolders(), TaskInputFiles(), PictureFiles(), ReportFiles(), OutputFolders(), RunFiles(),
  CachedFactors(), ComponentFiles(), KeptRankFiles(), RankingFiles(),
]

/// What was read is not what the file says, or should not have been read at all.
struct Violation: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
