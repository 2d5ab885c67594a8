import LinearAlgebra

extension StaticMerge {
  /// base += λ · mean of the kept values that agree with the elected sign, entry by entry.
  ///
  /// Trim: an entry of τᵢ is kept where |τᵢ| reaches the task's threshold. Elect: the sign of Σ wᵢτᵢ over the kept ones,
  /// nought counting as plus. Merge: the mean of those wᵢτᵢ ≠ 0 that have it; nothing where none has.
  ///
  /// Source: Yadav et al., TIES-Merging (NeurIPS 2023, arXiv:2306.01708).
  ///
  /// - Precondition: `trimThresholds` are found.
  func addTrimmedMean(_ tensor: MergedTensor, _ base: FloatStorage) throws {
    precondition(trimThresholds.count == taskCount, "thresholds are found before tensors are merged")
    try forTaskVectors(tensor, base: base) { stretch in
      let target = base.base + stretch.elements.lowerBound
      for element in 0..<stretch.elements.count {
        var sum: Float = 0
        for task in 0..<taskCount {
          let value = stretch[task][element]
          let kept = abs(value) >= trimThresholds[task] ? weights[task] * value : 0
          stretch[task][element] = kept
          sum += kept
        }
        var agreeing: Float = 0
        var count: Float = 0
        for task in 0..<taskCount {
          let value = stretch[task][element]
          let agrees = sum >= 0 ? value > 0 : value < 0
          agreeing += agrees ? value : 0
          count += agrees ? 1 : 0
        }
        target[element] += coefficient * (agreeing / max(count, 1))
      }
    }
  }

  /// The magnitude that the ⌊density · n⌋ largest of a task vector's n merged entries reach, for each task; infinity where
  /// that is none of them.
  ///
  /// Exact, and the same however tensors are shared out: entries are counted by the bits of their magnitudes, which order
  /// them, in two readings of 16 bits each.
  ///
  /// - Parameters:
  ///   - own: the tensors that this rank reads; every tensor is one rank's.
  ///   - summed: the sums over all ranks.
  func findTrimThresholds(
    own: [Int], pool: WorkerPool, summed: ([Int]) throws -> [Int]
  ) throws -> [Float] {
    let merged = own.filter { collection.tensors[$0].role != .frozen }
    let entries = collection.tensors.reduce(0) { $0 + ($1.role == .frozen ? 0 : $1.count) }
    let kept = Int(settings.density * Double(entries))
    guard kept > 0 else { return [Float](repeating: .infinity, count: taskCount) }

    let high = try magnitudeCounts(of: merged, prefixes: nil, pool: pool, summed)
    let found = high.map { Self.place(ofLargest: kept, in: $0) }
    let low = try magnitudeCounts(of: merged, prefixes: found.map(\.bin), pool: pool, summed)
    return zip(found, low).map { found, counts in
      let bin = Self.place(ofLargest: kept - found.above, in: counts).bin
      return Float(bitPattern: UInt32(found.bin << 16 | bin))
    }
  }

  /// The bin that holds the `rank`-th largest of what was counted, and how many are in the bins above it.
  private static func place(ofLargest rank: Int, in counts: ArraySlice<Int>) -> (bin: Int, above: Int) {
    var above = 0
    for (bin, count) in counts.enumerated().reversed() {
      if above + count >= rank { return (bin, above) }
      above += count
    }
    preconditionFailure("fewer entries were counted than are kept")
  }

  private static let binCount = 1 << 16

  /// How many entries of each task vector have which high 16 bits of their magnitude; or, among those with a task's prefix,
  /// which low ones.
  private func magnitudeCounts(
    of tensors: [Int], prefixes: [Int]?, pool: WorkerPool, _ summed: ([Int]) throws -> [Int]
  ) throws -> [ArraySlice<Int>] {
    let counters = try pool.map(Array(0..<taskCount)) { task in
      let prefix = prefixes.map { UInt32($0[task]) }
      var counts = [Int](repeating: 0, count: Self.binCount)
      for index in tensors {
        try countMagnitudes(collection.tensors[index], task: task, prefix: prefix, into: &counts)
      }
      return counts
    }
    let all = try summed(counters.flatMap { $0 })
    return (0..<taskCount).map { all[$0 * Self.binCount..<($0 + 1) * Self.binCount] }
  }

  private func countMagnitudes(
    _ tensor: MergedTensor, task: Int, prefix: UInt32?, into counts: inout [Int]
  ) throws {
    let length = min(Self.stretch, tensor.count)
    let (base, model) = (FloatStorage(count: length), FloatStorage(count: length))
    for start in stride(from: 0, to: tensor.count, by: Self.stretch) {
      let part = start..<min(start + Self.stretch, tensor.count)
      try collection.read(tensor, task: nil, elements: part, into: base.base)
      try collection.read(tensor, task: task, elements: part, into: model.base)
      add(base.base, times: -1, to: model.base, count: part.count)
      for element in 0..<part.count {
        let bits = abs(model.base[element]).bitPattern
        if let prefix {
          if bits >> 16 == prefix { counts[Int(bits & 0xffff)] += 1 }
        } else {
          counts[Int(bits >> 16)] += 1
        }
      }
    }
  }
}
