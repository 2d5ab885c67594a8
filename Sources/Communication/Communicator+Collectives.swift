import CMPI

/// Operations that every rank of a communicator takes part in, in the same order.
extension Communicator {
  /// Returns when every rank has come here.
  package func barrier() throws(MPIError) {
    try finish("MPI_Ibarrier", .barrier) { MPI_Ibarrier(handle, $0) }
  }

  /// The bytes that `root` gives; what other ranks give is not looked at.
  package func broadcast(_ bytes: [UInt8], from root: Int = 0) throws(MPIError) -> [UInt8] {
    guard size > 1 else { return bytes }
    let counts = try broadcast(integers: [rank == root ? bytes.count : 0], from: root)
    var received = rank == root ? bytes : [UInt8](repeating: 0, count: counts[0])
    try received.withUnsafeMutableBufferPointer { (buffer) throws(MPIError) in
      try broadcastInParts(buffer, from: root)
    }
    return received
  }

  /// The text that `root` gives.
  package func broadcast(_ text: String, from root: Int = 0) throws(MPIError) -> String {
    String(decoding: try broadcast(Array(text.utf8), from: root), as: UTF8.self)
  }

  /// Overwrites `buffer`, of the same length everywhere, with what it holds on `root`.
  package func broadcast<Element: MessageElement>(
    into buffer: UnsafeMutableBufferPointer<Element>, from root: Int = 0
  ) throws(MPIError) {
    guard size > 1 else { return }
    try broadcastInParts(buffer, from: root)
  }

  private func broadcast(integers: [Int], from root: Int) throws(MPIError) -> [Int] {
    var values = integers
    try values.withUnsafeMutableBufferPointer { (buffer) throws(MPIError) in
      try broadcastInParts(buffer, from: root)
    }
    return values
  }

  private func broadcastInParts<Element: MessageElement>(
    _ buffer: UnsafeMutableBufferPointer<Element>, from root: Int
  ) throws(MPIError) {
    var start = 0
    while start < buffer.count {
      let count = min(buffer.count - start, 1 << 30)
      try finish("MPI_Ibcast", .broadcast) {
        MPI_Ibcast(buffer.baseAddress! + start, Int32(count), Element.datatype, Int32(root), handle, $0)
      }
      start += count
    }
  }

  /// Adds up integers over the ranks, place by place. Every rank gives equally many and gets the sums.
  package func sum(_ values: [Int]) throws(MPIError) -> [Int] { try addUp(values) }

  /// Brings together numbers of which each place is given by one rank, the others giving 0 there.
  ///
  /// Adding zeros rounds nothing, so the result does not depend on the order of the ranks. (−0 becomes 0.)
  ///
  /// - Precondition: at most one rank gives a place anything but 0.
  package func assemble(_ values: [Double]) throws(MPIError) -> [Double] { try addUp(values) }

  private func addUp<Element: MessageElement>(_ values: [Element]) throws(MPIError) -> [Element] {
    guard size > 1, !values.isEmpty else { return values }
    var result = values
    try result.withUnsafeMutableBufferPointer { (buffer) throws(MPIError) in
      try finish("MPI_Iallreduce", .sum) {
        MPI_Iallreduce(
          adarank_in_place(), buffer.baseAddress, Int32(buffer.count), Element.datatype, adarank_sum(), handle, $0)
      }
    }
    return result
  }

  /// Every rank's values, in the order of the ranks, on every rank. Ranks may give different numbers of values.
  package func gatherToAll<Element: MessageElement>(_ values: [Element]) throws(MPIError) -> [[Element]] {
    guard size > 1 else { return [values] }
    var counts = [Int](repeating: 0, count: size)
    counts[rank] = values.count
    counts = try sum(counts)
    let total = counts.reduce(0, +)
    precondition(total < Int(Int32.max), "too much for one gather")
    guard total > 0 else { return counts.map { _ in [] } }
    let places = counts.reduce(into: [0]) { $0.append($0.last! + $1) }
    let ranges = (0..<size).map { places[$0]..<places[$0 + 1] }
    let result = try [Element](unsafeUninitializedCapacity: total) { (buffer, count) throws(MPIError) in
      let whole = UnsafeMutableBufferPointer(rebasing: buffer[..<total])
      try values.withUnsafeBufferPointer { (own) throws(MPIError) in
        try gatherToAll(own, into: whole, places: ranges)
      }
      count = total
    }
    return ranges.map { Array(result[$0]) }
  }

  /// Every rank's values, in the order of the ranks, on `root` alone; nil elsewhere. Ranks may give different numbers of
  /// values.
  package func gather(_ values: [Double], to root: Int = 0) throws(MPIError) -> [[Double]]? {
    guard size > 1 else { return [values] }
    var counts = [Int](repeating: 0, count: size)
    counts[rank] = values.count
    counts = try sum(counts)
    let places = counts.reduce(into: [0]) { $0.append($0.last! + $1) }
    precondition(places.last! < Int(Int32.max), "too much for one gather")
    var all = [Double](repeating: 0, count: rank == root ? places.last! : 0)
    let (lengths, offsets) = (counts.map { Int32($0) }, places.map { Int32($0) })
    // The call returns before MPI has read its arguments: they stay where they are until it has finished.
    try all.withUnsafeMutableBufferPointer { (buffer) throws(MPIError) in
      try values.withUnsafeBufferPointer { (own) throws(MPIError) in
        try lengths.withUnsafeBufferPointer { (lengths) throws(MPIError) in
          try offsets.withUnsafeBufferPointer { (offsets) throws(MPIError) in
            try finish("MPI_Igatherv", .gather) {
              MPI_Igatherv(
                own.baseAddress, Int32(own.count), Double.datatype, buffer.baseAddress, lengths.baseAddress,
                offsets.baseAddress, Double.datatype, Int32(root), handle, $0)
            }
          }
        }
      }
    }
    guard rank == root else { return nil }
    return (0..<size).map { Array(all[places[$0]..<places[$0 + 1]]) }
  }

  /// Brings together a buffer of which every rank has a part, on every rank.
  ///
  /// - Parameter places: each rank's part, the same list everywhere; `own` is as long as this rank's.
  package func gatherToAll<Element: MessageElement>(
    _ own: UnsafeBufferPointer<Element>, into whole: UnsafeMutableBufferPointer<Element>, places: [Range<Int>]
  ) throws(MPIError) {
    precondition(own.count == places[rank].count && whole.count <= Int(Int32.max))
    guard size > 1 else {
      if let base = own.baseAddress { (whole.baseAddress! + places[0].lowerBound).update(from: base, count: own.count) }
      return
    }
    let lengths = places.map { Int32($0.count) }
    let offsets = places.map { Int32($0.lowerBound) }
    try lengths.withUnsafeBufferPointer { (lengths) throws(MPIError) in
      try offsets.withUnsafeBufferPointer { (offsets) throws(MPIError) in
        try finish("MPI_Iallgatherv", .gather) {
          MPI_Iallgatherv(
            own.baseAddress, Int32(own.count), Element.datatype, whole.baseAddress, lengths.baseAddress,
            offsets.baseAddress, Element.datatype, handle, $0)
        }
      }
    }
  }

  /// Every rank's text, in the order of the ranks, on every rank.
  package func gatherToAll(_ text: String) throws(MPIError) -> [String] {
    try gatherToAll(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Starts a collective and waits for it as for a message.
  private func finish(
    _ routine: String, _ operation: Awaited.Operation, _ start: (UnsafeMutablePointer<MPI_Request?>) -> Int32
  ) throws(MPIError) {
    precondition(activity.isOwned, "MPI belongs to the thread that started it")
    var handle = adarank_request_null()
    try check(start(&handle), routine)
    var request = Request(handles: [handle], awaited: Awaited(operation: operation, count: size))
    try wait(&request)
  }
}
