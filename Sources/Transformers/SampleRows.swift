/// Where the tokens of a rank's samples lie: rows of matrices that have a row for every token.
///
/// A sample may have fewer tokens than there is room for; those of a lane follow each other without gaps, from the lane's
/// first sample's place on. Lanes write the entries of their own samples alone.
package final class SampleRows: @unchecked Sendable {
  /// N: the most tokens of a sample.
  package let capacity: Int
  package let samples: Int
  private let starts: UnsafeMutableBufferPointer<Int>
  private let counts: UnsafeMutableBufferPointer<Int>

  /// All samples have `capacity` tokens.
  package init(samples: Int, capacity: Int) {
    self.samples = samples
    self.capacity = capacity
    starts = .allocate(capacity: samples)
    counts = .allocate(capacity: samples)
    for sample in 0..<samples {
      starts[sample] = sample * capacity
      counts[sample] = capacity
    }
  }

  deinit {
    starts.deallocate()
    counts.deallocate()
  }

  /// Sets a sample's number of tokens. It comes right behind `previous`, or starts a lane.
  func place(_ sample: Int, tokens: Int, behind previous: Int?) {
    precondition(tokens >= 1 && tokens <= capacity, "\(tokens) tokens where there is room for \(capacity)")
    starts[sample] = previous.map { starts[$0] + counts[$0] } ?? sample * capacity
    counts[sample] = tokens
  }

  /// The rows of one sample's tokens.
  func rows(_ sample: Int) -> Range<Int> { starts[sample]..<starts[sample] + counts[sample] }

  /// The rows of samples that follow each other in one lane.
  func rows(_ samples: Range<Int>) -> Range<Int> {
    guard let last = samples.last else { return 0..<0 }
    return starts[samples.lowerBound]..<starts[last] + counts[last]
  }
}

/// The rows of each lane in a matrix: by sample, or by token, as the samples lie at present.
package struct LaneRows: Sendable {
  private let lanes: [Range<Int>]
  private let tokens: SampleRows?

  /// - Parameters:
  ///   - lanes: each lane's samples.
  ///   - tokens: where their tokens lie, for a matrix that has a row for each; nil: it has a row for each sample.
  package init(_ lanes: [Range<Int>], tokens: SampleRows? = nil) {
    self.lanes = lanes
    self.tokens = tokens
  }

  /// Those of all lanes.
  package var all: [Range<Int>] { lanes.indices.map { self[$0] } }

  package subscript(lane: Int) -> Range<Int> { tokens?.rows(lanes[lane]) ?? lanes[lane] }
}

/// An index for each row of a matrix, in memory that somebody else owns.
package struct RowIndices: @unchecked Sendable {
  let base: UnsafeMutablePointer<Int32>

  package init(_ base: UnsafeMutablePointer<Int32>) { self.base = base }

  package subscript(row: Int) -> Int { Int(base[row]) }
}
