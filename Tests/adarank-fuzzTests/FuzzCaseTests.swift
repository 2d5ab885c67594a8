import Testing

@testable import adarank_fuzz

@Suite struct FuzzCaseTests {
  /// The files of some cases.
  private func files(
    _ reader: any FuzzedReader, _ seeds: [Seed], seed: UInt64, _ numbers: Range<Int>
  ) -> [(seed: Int, file: Int, bytes: [UInt8])] {
    numbers.map { number in
      let changed = FuzzCase(reader: reader.name, seeds: seeds, seed: seed, number: number)
      return (changed.seed, changed.file, changed.mutated.bytes)
    }
  }

  @Test(arguments: allReaders.indices) func aCaseIsTheSameWheneverItIsMade(reader: Int) throws {
    let reader = allReaders[reader]
    let first = files(reader, try reader.seeds(), seed: 7, 0..<100)
    let second = files(reader, try reader.seeds(), seed: 7, 0..<100)
    #expect(zip(first, second).allSatisfy { $0 == $1 })
    #expect(first.allSatisfy { $0.bytes.count <= MutatedFile.mostBytesOfLarge })
    #expect(Set(first.map(\.bytes)).count > 60)
    #expect(files(reader, try reader.seeds(), seed: 8, 0..<100).map(\.bytes) != first.map(\.bytes))
  }

  @Test func everyFileOfEverySeedIsChanged() throws {
    for reader in allReaders {
      let seeds = try reader.seeds()
      var missing = Set(seeds.indices.flatMap { seed in seeds[seed].changeable.map { [seed, $0] } })
      for changed in files(reader, seeds, seed: 0, 0..<1_000)
      where changed.bytes != seeds[changed.seed].files[changed.file].bytes {
        missing.remove([changed.seed, changed.file])
      }
      #expect(missing.isEmpty, "\(reader.name)")
    }
  }

  @Test func filesThatAreSurelyWrongAreCutOrFollowedByMore() throws {
    let original = SafetensorsFiles().seeds()[1].files[0]
    var reasons: Set<String> = []
    for number in 0..<400 {
      var random = CaseRandom(reader: "x", seed: 0, number: number)
      let mutated = MutatedFile(original, others: [], using: &random)
      guard let wrongness = mutated.wrongness else { continue }
      reasons.insert(wrongness)
      #expect(mutated.bytes.count != original.bytes.count)
      #expect(mutated.bytes.starts(with: original.bytes) || original.bytes.starts(with: mutated.bytes))
    }
    #expect(reasons.count == 2)
  }
}
