import Communication

/// A failure that all ranks know of and leave together: what one rank found, said once.
package struct AgreedFailure: Error {
  /// What is wrong, on rank 0; nil on the others.
  package let cause: (any Error)?
  /// Whether what the person gave is wrong, and not the machine or the program.
  package let isMistake: Bool
  /// Whether nothing is wrong: the run was stopped in order, and can go on.
  package var isStop = false
}

extension Job {
  /// Runs `body` on rank 0 only, and returns its result there. Where it throws, every rank throws `AgreedFailure`.
  /// Collective.
  ///
  /// - Parameters:
  ///   - checking: whether `body` checks what the person gave.
  ///   - body: may take long (see `keepingInTouch`), and must not communicate.
  package func onCoordinator<R>(checking: Bool = false, _ body: () throws -> R) throws -> R? {
    var result: R?
    var failure: (any Error)?
    if isCoordinator {
      do { result = try keepingInTouch(body) } catch { failure = error }
    }
    let failures = try world.sum([failure == nil ? 0 : 1])
    guard failures[0] == 0 else { throw AgreedFailure(cause: failure, isMistake: checking) }
    return result
  }

  /// The result of `body`, which opens what the person gave: first on rank 0, so that what is wrong is said once, then on
  /// the others, which may not see the same files. Where it throws, every rank throws `AgreedFailure`. Collective.
  package func opening<R>(_ body: () throws -> R) throws -> R {
    let first = try onCoordinator(checking: true, body)
    let findings = FindingList()
    let result = first ?? findings.collecting { try keepingInTouch(body) }
    try agree(on: findings.all.map { "on \(World.hostName), but not on rank 0: \($0)" })
    return result!
  }

  /// Brings together what each rank found wrong with what the person gave; where anything was, every rank throws
  /// `AgreedFailure`, rank 0 with all findings in the order of the ranks. Collective.
  package func agree(on findings: [String]) throws {
    // What several ranks found is said once.
    var known: Set = [""]
    let all = try world.gatherToAll(findings.joined(separator: "\n")).filter { known.insert($0).inserted }
    guard !all.isEmpty else { return }
    throw AgreedFailure(cause: isCoordinator ? InputError(all) : nil, isMistake: true)
  }

  /// The failure to throw on every rank where all have come to know that something went wrong.
  ///
  /// - Parameter cause: what, as every rank knows it.
  package func agreedFailure(_ cause: any Error) -> AgreedFailure {
    AgreedFailure(cause: isCoordinator ? cause : nil, isMistake: false, isStop: cause is RunStopped)
  }
}
