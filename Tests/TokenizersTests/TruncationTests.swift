import Testing

@testable import Tokenizers

@Suite struct TruncationTests {
  /// Against taking one token after the other from the longer text, from the first where both are as long.
  @Test func takesFromTheLonger() {
    for first in 0...12 {
      for second in 0...12 {
        for room in 0...25 {
          var expected = (first: first, second: second)
          let isFirstLonger = first > second
          while expected.first + expected.second > room {
            if expected.first > expected.second || (expected.first == expected.second && !isFirstLonger) {
              expected.first -= 1
            } else {
              expected.second -= 1
            }
          }
          #expect(Truncation.longestFirst(first, second, room: room) == expected, "\(first) \(second) \(room)")
        }
      }
    }
  }
}
