import Checkpoints
import Merging
import SortNet

/// Reads what a person named, so that whatever is wrong with several files is said together.
struct RankingFiles {
  private var findings: [String] = []

  /// The data of a file; nil where something is wrong with it.
  mutating func data(_ path: String, knownFeatures: Int? = nil) -> RankingData? {
    do { return try RankingData(path: path, knownFeatures: knownFeatures) } catch let error as RankingDataError {
      findings += error.lines
    } catch { findings.append("\(error)") }
    return nil
  }

  /// The model of a file; nil where something is wrong with it.
  mutating func model(_ path: String) -> RankingModel? {
    do { return try RankingModel(path: path) } catch { findings.append("\(error)") }
    return nil
  }

  mutating func note(_ finding: String) { findings.append(finding) }

  /// - Throws: `InputError` where anything was wrong.
  func check() throws { if !findings.isEmpty { throw InputError(findings) } }
}
