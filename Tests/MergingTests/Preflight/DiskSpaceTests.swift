import Testing

@testable import Merging

@Suite struct DiskSpaceTests {
  @Test func aFolderLiesOnADisk() {
    #expect(DiskSpace(of: "/").available > 0)
    #expect(DiskSpace(of: "/no/where").available == 0)
  }

  @Test func aFolderThatIsYetToBeMadeLiesWhereItsParentsDo() {
    #expect(DiskSpace(ofFuture: "/no/where").available > 0)
    #expect(DiskSpace(ofFuture: "nowhere").available == DiskSpace(of: ".").available)
  }

  @Test func sharedMemoryLiesInMemory() { #expect(DiskSpace(of: "/dev/shm").isMemory) }
}
