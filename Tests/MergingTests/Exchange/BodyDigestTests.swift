import TestSupport
import Testing

@testable import Merging

@Suite struct BodyDigestTests {
  /// Every bit of every byte counts, in the interleaved part and in the rest.
  @Test func everyBitCounts() {
    for count in [1, 7, 31, 32, 33, 64, 75] {
      var bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
      var seen: Set<Int> = [bytes.withUnsafeBytes(BodyDigest.digest)]
      for bit in 0..<8 * count {
        bytes[bit / 8] ^= 1 << (bit % 8)
        #expect(seen.insert(bytes.withUnsafeBytes(BodyDigest.digest)).inserted, "bit \(bit) of \(count) bytes")
        bytes[bit / 8] ^= 1 << (bit % 8)
      }
    }
  }

  /// Two floats that change their signs must not cancel, whichever they are.
  @Test func twoChangedSignsCount() {
    let floats = (0..<24).map { Float($0) + 0.5 }
    let digest = floats.withUnsafeBytes(BodyDigest.digest)
    for first in floats.indices {
      for second in floats.indices where second > first {
        var changed = floats
        changed[first].negate()
        changed[second].negate()
        #expect(changed.withUnsafeBytes(BodyDigest.digest) != digest, "floats \(first) and \(second)")
      }
    }
  }

  @Test func theNumberOfBytesCounts() {
    let digests = (0...70).map { [UInt8](repeating: 0, count: $0).withUnsafeBytes(BodyDigest.digest) }
    #expect(Set(digests).count == 71)
  }

  @Test(arguments: [2, 3, 4]) func aNodeThatDriftsIsFoundOnEveryRank(ranks: Int) throws {
    let outcome = try MPIRun.check("drift", ranks: ranks)
    #expect(outcome.holds, "\(outcome.output)")
  }
}
