import LinearAlgebra

extension StaticMerge {
  /// base += λ · S without the entries that fewer than two tasks want, S = Σ wᵢτᵢ. Task i wants an entry where
  ///
  ///     |wᵢτᵢ| ≥ λₜ · |S − wᵢτᵢ|
  ///
  /// Source: Wang et al., Localizing Task Information for Improved Model Merging and Compression (ICML 2024,
  /// arXiv:2405.07813), TALL masks and Consensus Merging.
  func addConsensus(_ tensor: MergedTensor, _ base: FloatStorage) throws {
    let threshold = Float(settings.maskThreshold)
    try forTaskVectors(tensor, base: base) { stretch in
      let target = base.base + stretch.elements.lowerBound
      for element in 0..<stretch.elements.count {
        var sum: Float = 0
        for task in 0..<taskCount { sum += weights[task] * stretch[task][element] }
        var count = 0
        for task in 0..<taskCount {
          let own = weights[task] * stretch[task][element]
          count += abs(own) >= threshold * abs(sum - own) ? 1 : 0
        }
        target[element] += count >= 2 ? coefficient * sum : 0
      }
    }
  }
}
