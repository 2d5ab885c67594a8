import Communication

/// Proves that every node holds the same merged weights.
package enum BodyDigest {
  /// Compares the nodes' weights, tensor by tensor. Collective.
  ///
  /// The ranks of a node take turns with the tensors.
  ///
  /// - Throws: `DriftError` on every rank where two nodes differ.
  package static func compare(
    _ body: SharedBody, tensors: [MergedTensor], indices: [Int], job: Job, step: Int
  ) throws {
    var digests = [Int](repeating: 0, count: indices.count)
    for (place, tensor) in indices.enumerated() where place % job.node.size == job.node.rank {
      digests[place] = digest(UnsafeRawBufferPointer(body.elements(tensor)))
    }
    try compare(digests, job: job) { place, node in
      DriftError(
        what: "values of \(tensors[indices[place]].name)", node: node,
        when: "after step \(step)", cause: "the merge has lost its lockstep")
    }
  }

  /// Compares digests that the ranks of each node give together. Collective.
  ///
  /// - Parameters:
  ///   - digests: each place by one rank of a node, 0 by the others.
  ///   - difference: the error for the first place that differs, and the node where it does.
  static func compare(_ digests: [Int], job: Job, difference: (_ place: Int, _ node: Int) -> DriftError) throws {
    let ofNode = try job.node.sum(digests)
    let ofAll = try job.world.gatherToAll(ofNode)
    for (rank, other) in ofAll.enumerated() {
      for place in digests.indices where other[place] != ofAll[0][place] {
        throw difference(place, job.topology.nodeOfRank[rank])
      }
    }
  }

  /// A 64-bit digest of bytes: FNV-1a over words in four interleaved streams.
  ///
  /// A product carries upwards only, and the sign of every other float is the top bit of a word. So after each product the
  /// upper half is folded into the lower one; else two changed signs would cancel.
  ///
  /// Source: Fowler, Noll and Vo, http://www.isthe.com/chongo/tech/comp/fnv/.
  static func digest(_ bytes: UnsafeRawBufferPointer) -> Int {
    let prime: UInt64 = 0x0000_0100_0000_01b3
    var streams = SIMD4<UInt64>(repeating: 0xcbf2_9ce4_8422_2325)
    var offset = 0
    while offset + 32 <= bytes.count {
      streams = (streams ^ bytes.loadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self)) &* prime
      streams ^= streams &>> 32
      offset += 32
    }
    var digest = UInt64(bytes.count)
    for stream in 0..<4 {
      digest = (digest ^ streams[stream]) &* prime
      digest ^= digest &>> 32
    }
    for byte in bytes[offset...] { digest = (digest ^ UInt64(byte)) &* prime }
    return Int(bitPattern: UInt(digest))
  }
}

/// Two nodes hold different values of what must be the same.
package struct DriftError: Error, Equatable, CustomStringConvertible {
  /// What differs, in words.
  package let what: String
  package let node: Int
  package let when: String
  package let cause: String

  package var description: String { "\(when), node \(node) holds other \(what) than node 0: \(cause)" }
}
