import Testing

@testable import Checkpoints

@Suite struct ByteCursorTests {
  @Test func integersAreLittleEndianAndTakenInOrder() {
    let bytes: [UInt8] = [0x80, 0x34, 0x12, 0xFF, 0xFF, 0xFF, 0xFF]
    bytes.withUnsafeBytes {
      var cursor = ByteCursor($0)
      #expect(cursor.integer(UInt8.self) == 0x80)
      #expect(cursor.integer(UInt16.self) == 0x1234)
      #expect(cursor.integer(Int64.self) == nil && cursor.position == 3)
      #expect(cursor.integer(Int32.self) == -1)
      #expect(cursor.isAtEnd && cursor.integer(UInt8.self) == nil)
    }
  }

  @Test func nothingBeyondTheEndIsTaken() {
    [1, 2, 3].withUnsafeBytes { bytes in
      var cursor = ByteCursor(bytes, at: bytes.count - 1)
      #expect(cursor.skip(2) == nil && cursor.skip(-1) == nil && cursor.skip(.max) == nil)
      #expect(cursor.skip(1) == bytes.count - 1..<bytes.count)
      #expect(cursor.skip(0) == bytes.count..<bytes.count)
      var outside = ByteCursor(bytes, at: .max)
      #expect(outside.isAtEnd && outside.skip(0) == nil && outside.integer(UInt8.self) == nil)
    }
  }
}
