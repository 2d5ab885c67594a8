import Testing

@testable import adarank_fuzz

@Suite struct SeedTests {
  @Test(arguments: allReaders.indices) func everySeedIsRead(reader: Int) throws {
    let reader = allReaders[reader]
    let seeds = try reader.seeds()
    let scratch = try ScratchFolder()
    let folders = try SeedFolders(seeds, in: scratch.path)
    #expect(Set(allReaders.map(\.name)).count == allReaders.count)
    for (index, seed) in seeds.enumerated() {
      let outcome = Outcome(of: reader, in: folders.folder(index))
      guard case .read = outcome else {
        Issue.record("\(reader.name), \(seed.name): \(outcome)")
        continue
      }
      #expect(Outcome(of: reader, in: folders.folder(index)) == outcome)
      #expect(!seed.changeable.isEmpty)
    }
  }

  @Test func archivesAreTakenApartAsTheyAreMade() throws {
    let members = [ArchiveBuilder.Member(name: "a/b", data: [1, 2, 3]), ArchiveBuilder.Member(name: "c", data: [])]
    for zip64 in [false, true] {
      let archive = ArchiveBuilder(members, zip64: zip64)
      let parsed = try #require(ArchiveBuilder.members(of: archive.bytes))
      #expect(parsed.zip64 == zip64)
      #expect(parsed.members.map(\.name) == ["a/b", "c"] && parsed.members.map(\.data) == [[1, 2, 3], []])
      #expect(archive.fields.allSatisfy { $0.offset + $0.width <= archive.bytes.count })
    }
  }

  @Test func picklesAreCutIntoInstructions() throws {
    let pickle = PickleBuilder.pickle(
      PickleBuilder.dictionary([("a", PickleBuilder.tensor(0, count: 300, shape: [300], strides: [1]))]))
    let instructions = try #require(PickleMutation.instructions(of: pickle))
    #expect(Array(instructions.joined()) == pickle)
    #expect(instructions.first == [0x80, 2] && instructions.last == [0x2E])
    #expect(instructions.contains(Array("ctorch._utils\n_rebuild_tensor_v2\n".utf8)))
    #expect(PickleMutation.instructions(of: pickle.dropLast(1) + [0x58]) == nil)
  }

  @Test func textsOfJSONKeepTheirSpelling() throws {
    let text = #"{"a":[1.0,-0,"\u00e9\"",{}],"a":null,"b":[]}"#
    #expect(try #require(JSONTree(text.utf8)).text == text)
    #expect(JSONTree("{\"a\" 1}".utf8) == nil && JSONTree("[1".utf8) == nil && JSONTree("1 2".utf8) == nil)
  }
}
