import Synchronization

/// What is wrong with what the person gave, gathered to be said all at once; several workers may add to it.
final class FindingList: Sendable {
  private let findings = Mutex<(list: [String], known: Set<String>)>(([], []))

  /// Adds a finding, once.
  func append(_ finding: String) {
    findings.withLock { if $0.known.insert(finding).inserted { $0.list.append(finding) } }
  }

  /// The result of `body`; nil where it throws, and what it throws becomes findings.
  @discardableResult
  func collecting<R>(_ body: () throws -> R) -> R? {
    do { return try body() } catch let error as InputError {
      error.findings.forEach(append)
    } catch { append("\(error)") }
    return nil
  }

  /// In the order in which they were added.
  var all: [String] { findings.withLock { $0.list } }

  var sorted: [String] { all.sorted() }
}
