/// What a reader makes of a folder.
enum Outcome: Equatable {
  /// - Parameter digest: of all that was read.
  case read(Digest)
  /// - Parameter message: what a person would be told.
  case refused(message: String)
  /// What was read is not what the file says.
  case violation(String)
  /// An error that is not in the words of this program.
  case foreignError(String)

  init(of reader: any FuzzedReader, in folder: String) {
    do {
      self = .read(try reader.read(folder))
    } catch let violation as Violation {
      self = .violation(violation.description)
    } catch {
      let type = String(reflecting: type(of: error))
      let isOwn = Self.modules.contains { type.hasPrefix($0 + ".") }
      self = isOwn ? .refused(message: "\(error)") : .foreignError("\(type): \(error)")
    }
  }

  /// Those whose errors are for people to read.
  private static let modules = [
    "Checkpoints", "LinearAlgebra", "Merging", "Pictures", "Recipes", "Reports", "SortNet", "Tokenizers",
    "Transformers",
  ]
}
