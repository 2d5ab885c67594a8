import Communication

/// Messages between each two ranks, of each element type and size.
enum MessageChecks {
  static func run(_ context: CheckContext) throws {
    try exchange(context, counts: [0, 1, 1_000, 1_000_000]) { Float($0) * 0.5 }
    try exchange(context, counts: [0, 3, 200_000]) { Double($0) * 0.25 }
    try exchange(context, counts: [0, 3, 200_000]) { $0 &* 0x1_0000_0001 }
    try exchange(context, counts: [0, 5, 1_000_000]) { UInt8(truncatingIfNeeded: $0) }
    try overtake(context)
  }

  /// Each rank sends to the next one, itself where it is alone; the values tell sender and place.
  private static func exchange<Element: MessageElement & Equatable>(
    _ context: CheckContext, counts: [Int], _ value: (Int) -> Element
  ) throws {
    let world = context.world
    let (next, previous) = ((world.rank + 1) % world.size, (world.rank + world.size - 1) % world.size)
    for (tag, count) in counts.enumerated() {
      let sentBefore = world.traffic.bytesSent
      let sent = (0..<count).map { value($0 + world.rank) }
      var received = [Element](repeating: value(-1), count: count)
      try sent.withUnsafeBufferPointer { sent in
        try received.withUnsafeMutableBufferPointer { received in
          var requests = [
            try world.receive(into: received, from: previous, tag: tag), try world.send(sent, to: next, tag: tag),
          ]
          try world.wait(&requests)
          context.verdict.expect(requests.isEmpty, "requests are left")
        }
      }
      context.verdict.expect(
        received == (0..<count).map { value($0 + previous) }, "\(count) of \(Element.self) arrived otherwise")
      context.verdict.expectEqual(
        world.traffic.bytesSent - sentBefore, count * MemoryLayout<Element>.stride, "bytes sent")
    }
  }

  /// Two messages that are received in the other order than they were sent in: tags tell them apart.
  private static func overtake(_ context: CheckContext) throws {
    let world = context.world
    let (next, previous) = ((world.rank + 1) % world.size, (world.rank + world.size - 1) % world.size)
    let (first, second) = ([world.rank], [world.rank + 100])
    var (a, b) = ([0], [0])
    try first.withUnsafeBufferPointer { first in
      try second.withUnsafeBufferPointer { second in
        try a.withUnsafeMutableBufferPointer { a in
          try b.withUnsafeMutableBufferPointer { b in
            var requests = [
              try world.send(first, to: next, tag: 1), try world.send(second, to: next, tag: 2),
              try world.receive(into: b, from: previous, tag: 2), try world.receive(into: a, from: previous, tag: 1),
            ]
            try world.wait(&requests)
          }
        }
      }
    }
    context.verdict.expectEqual([a[0], b[0]], [previous, previous + 100], "messages of two tags")
  }
}
