import Glibc

/// Failures of one rank, which prove that the harness reports them.
enum FailingCheck {
  /// Fails on the last rank alone.
  static func run(_ context: CheckContext) throws {
    context.verdict.expect(context.world.rank != context.world.size - 1, "the last rank fails")
  }

  /// Throws on the last rank alone, while the others wait for it.
  static func throwOnLast(_ context: CheckContext) throws {
    struct Failure: Error {}
    if context.world.rank == context.world.size - 1 { throw Failure() }
    try context.world.barrier()
  }

  /// The first rank never comes.
  static func endless(_ context: CheckContext) throws {
    while context.world.rank == 0 { sleep(1) }
    try context.world.barrier()
  }
}
