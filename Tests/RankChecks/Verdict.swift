import Communication

/// What one rank found wrong; in the end all ranks agree on it, so that one rank's failure fails all and none hangs.
final class Verdict {
  private let world: Communicator
  private var failures: [String] = []

  init(_ world: Communicator) { self.world = world }

  /// Notes `message` where `condition` does not hold.
  func expect(_ condition: Bool, _ message: @autoclosure () -> String, line: Int = #line, file: String = #fileID) {
    if !condition { failures.append("\(file):\(line): \(message())") }
  }

  func expectEqual<T: Equatable>(_ got: T, _ wanted: T, _ what: String, line: Int = #line, file: String = #fileID) {
    expect(got == wanted, "\(what): got \(got), wanted \(wanted)", line: line, file: file)
  }

  /// Notes a failure where `body` does not throw an `E` of which `matches` holds.
  func expectError<E: Error>(
    _ type: E.Type, _ what: String, line: Int = #line, file: String = #fileID, _ matches: (E) -> Bool = { _ in true },
    from body: () throws -> Void
  ) {
    do {
      try body()
      expect(false, "\(what): nothing was thrown", line: line, file: file)
    } catch let error as E {
      expect(matches(error), "\(what): threw \(error)", line: line, file: file)
    } catch {
      expect(false, "\(what): threw \(error)", line: line, file: file)
    }
  }

  /// Whether no rank found anything; rank 0 prints what each found. Collective.
  func conclude() throws -> Bool {
    let all = try world.gatherToAll(failures.prefix(20).joined(separator: "\n"))
    if world.rank == 0 {
      for (rank, text) in all.enumerated() where !text.isEmpty {
        for line in text.split(separator: "\n") { print("rank \(rank) of \(world.size): \(line)") }
      }
    }
    return all.allSatisfy(\.isEmpty)
  }
}
