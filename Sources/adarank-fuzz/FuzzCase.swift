/// One changed file: the same for the same reader, seed and number.
struct FuzzCase {
  /// Which of the reader's seeds, and which of its files.
  let seed: Int
  let file: Int
  let mutated: MutatedFile

  /// - Parameters:
  ///   - seeds: the reader's.
  ///   - random: the case's own.
  init(of seeds: [Seed], using random: inout CaseRandom) {
    seed = random.below(seeds.count)
    file = random.pick(seeds[seed].changeable)
    let original = seeds[seed].files[file]
    let others = seeds.flatMap(\.files).filter { $0.form == original.form }.map(\.bytes)
    mutated = MutatedFile(original, others: others, using: &random)
  }

  init(reader: String, seeds: [Seed], seed: UInt64, number: Int) {
    var random = CaseRandom(reader: reader, seed: seed, number: number)
    self.init(of: seeds, using: &random)
  }
}
