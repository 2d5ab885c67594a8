import LinearAlgebra
import Synchronization

/// The tensors of a static merge on their way from the workers to the output.
final class MergedTensors: Sendable {
  private struct State {
    var tensors: [Int: FloatStorage] = [:]
    /// How often each has been taken.
    var taken: [Int: Int] = [:]
  }

  private let state = Mutex(State())

  func put(_ index: Int, _ tensor: FloatStorage) { state.withLock { $0.tensors[index] = tensor } }

  /// A tensor, nil before it is put. With the last taking it goes.
  ///
  /// - Parameter times: how often it is taken in all.
  func take(_ index: Int, times: Int) -> FloatStorage? {
    state.withLock { state in
      guard let tensor = state.tensors[index] else { return nil }
      state.taken[index, default: 0] += 1
      if state.taken[index] == times { state.tensors[index] = nil }
      return tensor
    }
  }
}
