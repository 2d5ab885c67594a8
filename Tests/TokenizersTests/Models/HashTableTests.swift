import Testing

@testable import Tokenizers

@Suite struct HashTableTests {
  @Test func keepsWhatADictionaryKeeps() {
    var table = HashTable()
    var dictionary: [UInt64: UInt64] = [:]
    for step in UInt64(0)..<5000 {
      let key = (step &* step) % 1777 << (step % 3 * 20)
      table.set(key, to: step)
      dictionary[key] = step
    }
    #expect(table.count == dictionary.count)
    for (key, value) in dictionary { #expect(table[key] == value) }
    for key in UInt64(2000)..<4000 { #expect(table[key] == dictionary[key]) }
  }

  @Test func keysOfPairs() {
    #expect(HashTable.key(1, 2) == 1 << 32 + 2)
    #expect(HashTable.key(.max, 0x10FFFF) != .max)
  }
}
