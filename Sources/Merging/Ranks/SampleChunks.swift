/// Samples in chunks that are computed together, a function of their tokens alone: a row's bytes can depend on how many
/// rows stand beside it, so chunks depend neither on ranks and threads nor on how many are kept at a time.
struct SampleChunks {
  /// Consecutive samples.
  struct Chunk: Equatable, Sendable {
    let samples: Range<Int>
    /// Of all its samples.
    let tokens: Int
  }

  /// In order.
  let all: [Chunk]

  private static let mostTokens = 256

  /// Chunks of as many samples as would have `mostTokens` tokens together if all were as long as the longest, but at
  /// least one.
  ///
  /// - Parameter tokens: of each sample; at least one.
  init(tokens: [Int]) {
    let size = max(1, Self.mostTokens / tokens.max()!)
    all = stride(from: 0, to: tokens.count, by: size).map { first in
      let samples = first..<min(first + size, tokens.count)
      return Chunk(samples: samples, tokens: tokens[samples].reduce(0, +))
    }
  }

  /// All chunks in groups, in order: in each as many as have no more than so many tokens together, but at least one.
  func groups(mostTokens: Int) -> [[Chunk]] {
    var groups: [[Chunk]] = []
    var tokens = 0
    for chunk in all {
      tokens += chunk.tokens
      if groups.isEmpty || tokens > mostTokens {
        groups.append([])
        tokens = chunk.tokens
      }
      groups[groups.count - 1].append(chunk)
    }
    return groups
  }
}
