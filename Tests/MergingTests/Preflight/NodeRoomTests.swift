import Testing

@testable import Merging

@Suite struct NodeRoomTests {
  private let gigabyte = 1_000_000_000

  private func need(own: Int = 0, shared: Int = 0, factors: Int = 0, ranks: Int = 4) -> NodeNeed {
    var need = NodeNeed()
    (need.ranks, need.own, need.shared, need.factors) = (ranks, own, shared, factors)
    return need
  }

  private func room(memory: Int, shared: Int? = nil, cache: Int? = nil, cached: Int = 0, isMemory: Bool = false)
    -> NodeRoom
  {
    var room = NodeRoom()
    room.memory = NodeMemory(available: memory)
    if let shared { (room.sharedFolder, room.sharedSpace) = ("/dev/shm", DiskSpace(available: shared)) }
    if let cache {
      let space = DiskSpace(available: cache + FactorCache.reserve, isMemory: isMemory)
      (room.cacheFolder, room.cacheSpace) = ("/scratch", space)
      room.cachedBytes = cached
    }
    return room
  }

  /// To ask MPI takes longer than many a merge that shares nothing.
  @Test func whereNothingIsSharedNobodyAsksWhere() {
    var request = fixtureRequest(.average)
    #expect(!request.sharesWeights && NodeRoom(for: request).sharedFolder == nil)
    request.search = CoefficientGrid(coefficients: [0.3])
    #expect(request.sharesWeights)
    for other in [fixtureRequest(.average, evaluates: true), fixtureRequest(.adarank), fixtureRequest(.adamerging)] {
      #expect(other.sharesWeights)
    }
  }

  @Test func aNodeWithRoomSaysNothing() {
    let room = room(memory: 10 * gigabyte, shared: 2 * gigabyte, cache: 30 * gigabyte)
    #expect(
      room.check(need(own: 5 * gigabyte, shared: gigabyte, factors: 20 * gigabyte), host: "b") == PreflightFindings())
    // Nobody knows.
    #expect(NodeRoom().check(need(own: 5 * gigabyte, shared: gigabyte), host: "b") == PreflightFindings())
  }

  @Test func tooLittleMemoryIsSaidWithItsNumbers() {
    var room = room(memory: 10 * gigabyte)
    let need = need(own: 9 * gigabyte, shared: 2 * gigabyte)
    let finding = "b: its 4 ranks together need 11.0 GB of memory, and 10.0 GB are available"
    let remedy =
      "; take more nodes or fewer ranks on each, a smaller batch_size or --memory (--ignore-space begins all the same)"
    #expect(room.check(need, host: "b").findings == [finding + remedy])
    room.memory = NodeMemory(available: 10 * gigabyte, group: "/sys/fs/cgroup/job")
    #expect(room.check(need, host: "b").findings == ["\(finding) (by the limit of /sys/fs/cgroup/job)\(remedy)"])
    #expect(room.check(need, host: "b").notes == [])
  }

  @Test func littleMemoryIsANote() {
    let result = room(memory: 10 * gigabyte).check(need(own: 9 * gigabyte, ranks: 1), host: "b")
    #expect(result.findings == [])
    #expect(
      result.notes == [
        "b: its rank needs 9.0 GB of memory, and 10.0 GB are available: little is left for mapped files, which will be slow "
          + "to read"
      ])
    #expect(room(memory: 10 * gigabyte).check(need(own: 8 * gigabyte), host: "b").notes == [])
  }

  /// What finds no room on the disk stays in memory, where it may or may not find room.
  @Test func factorsThatTheDiskCannotTakeGoToMemory() {
    let need = need(own: 2 * gigabyte, factors: 20 * gigabyte)
    let ample = room(memory: 100 * gigabyte, cache: 15 * gigabyte).check(need, host: "b")
    #expect(ample.findings == [])
    #expect(
      ample.notes == [
        "b: singular components take 20.0 GB, and /scratch has room for 15.0 GB: 5.0 GB of them stay in memory; "
          + "'scratch_dir' may name a disk with more room"
      ])
    let short = room(memory: 6 * gigabyte, cache: 15 * gigabyte).check(need, host: "b")
    #expect(short.findings.count == 1)
    #expect(
      short.findings[0].hasPrefix(
        "b: its 4 ranks together need 7.0 GB of memory, of it 5.0 GB for singular components that find no room on the disk, "
          + "and 6.0 GB are available; "))
    #expect(short.findings[0].contains("or a scratch_dir with more room"))
    // What lies in the cache already may be just what is needed.
    #expect(
      room(memory: 6 * gigabyte, cache: gigabyte, cached: 19 * gigabyte).check(need, host: "b") == PreflightFindings())
  }

  @Test func aCacheInMemorySavesNone() {
    let result = room(memory: 100 * gigabyte, cache: 50 * gigabyte, isMemory: true)
      .check(need(factors: 20 * gigabyte), host: "b")
    #expect(result.notes.count == 1)
    #expect(result.notes.first?.contains("/scratch lies in memory: 20.0 GB of them stay in memory") == true)
  }

  @Test func memoryThatRanksShareNeedsRoomInItsFolder() {
    let need = need(shared: gigabyte)
    let room = room(memory: 10 * gigabyte, shared: 64_000_000)
    #expect(
      room.check(need, host: "b").findings == [
        "b: its ranks share 1.0 GB of memory in a file under /dev/shm, which has room for 64.0 MB; make it larger ('docker "
          + "run --shm-size'), or give mpirun '--mca osc_sm_backing_directory' and a folder on a local disk (--ignore-space "
          + "begins all the same)"
      ])
    // A rank by itself shares nothing.
    #expect(room.check(self.need(shared: gigabyte, ranks: 1), host: "b").findings == [])
  }
}
