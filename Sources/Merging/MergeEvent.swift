/// What a merge tells whoever watches it, on rank 0.
package enum MergeEvent: Sendable {
  /// A phase begins: reading, searching, factoring, labelling, adapting, surveying, evaluating, writing.
  case phase(String)
  /// So many of so many parts of the present phase are done; of rank 0's share where ranks work by themselves.
  case progress(done: Int, of: Int)
  /// What a person should know at once.
  case notice(String)
  /// A step of learning is done.
  case step(StepEvent)

  package struct StepEvent: Sendable {
    /// From 1.
    package let step: Int
    package let steps: Int
    /// The mean loss of each task, in nats.
    package let losses: [Double]
    /// Steps of earlier runs, which took no time of this one.
    package var before = 0
  }
}
