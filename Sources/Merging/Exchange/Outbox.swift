import Communication

/// Messages under way, which somebody has to push along: MPI makes no dependable progress by itself.
final class Outbox {
  private var requests: [Request] = []
  private let communicator: Communicator

  init(_ communicator: Communicator) { self.communicator = communicator }

  func add(_ request: Request) { requests.append(request) }

  /// Lets messages proceed, without waiting.
  func progress() throws {
    for index in requests.indices { _ = try requests[index].test() }
  }

  /// Waits for all of them.
  func complete() throws { try communicator.wait(&requests) }
}
