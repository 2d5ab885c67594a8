import Testing

@testable import Recipes

@Suite struct ByteSizeTests {
  @Test(arguments: [
    ("5GB", 5_000_000_000), ("500MB", 500_000_000), ("2GiB", 2_147_483_648), ("100KB", 100_000), ("3KiB", 3072),
    ("1TB", 1_000_000_000_000), ("1tib", 1_099_511_627_776), ("7 MB", 7_000_000), ("12345", 12345), ("0", 0),
    ("9223372036854775807", Int.max),
  ])
  func sizes(text: String, bytes: Int) {
    #expect(ByteSize.parse(text) == bytes)
  }

  @Test(arguments: [
    "", "GB", "5B", "5G", "1.5GB", "-1", "-5GB", "+5GB", "5GB ", " 5GB", "5 ", "1_000", "٣GB", "9223372036854775808",
    "9223372036854775807KB", "0x10",
  ])
  func notSizes(text: String) {
    #expect(ByteSize.parse(text) == nil)
  }

  @Test(arguments: [
    (5_000_000_000, "5GB"), (2_147_483_648, "2GiB"), (1_500_000, "1500KB"), (1_001, "1001"), (0, "0"),
  ])
  func writing(bytes: Int, text: String) {
    #expect(ByteSize.write(bytes) == text)
    #expect(ByteSize.parse(text) == bytes)
  }
}
