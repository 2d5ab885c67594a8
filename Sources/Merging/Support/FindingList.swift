import Synchronization

/// Findings that several workers add to.
final class FindingList: Sendable {
  private let findings = Mutex<[String]>([])

  func append(_ finding: String) { findings.withLock { $0.append(finding) } }

  var sorted: [String] { findings.withLock { $0.sorted() } }
}
