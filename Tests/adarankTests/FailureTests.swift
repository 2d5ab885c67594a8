import Foundation
import Testing

extension ProgramTests {
  /// What befalls one rank: the job ends soon, with one message that names the rank, its host and the cause.
  @Suite struct FailureTests {
    let folder: ScratchFolder
    var out: String { "\(folder.path)/merged" }

    init() throws { folder = try ScratchFolder() }

    /// Begins a merge that would take long.
    ///
    /// - Parameter failure: `RANK:FAILURE:ITEM`, an item of work that every rank comes to.
    func merge(
      _ failure: String? = nil, ranks: Int?, _ options: [String] = [], limit: Double = 60,
      whileItRuns: () throws -> Void = {}
    ) throws -> ProgramRun {
      var collection = FixtureCollection("adarank")
      collection.parameters = ["merge_coefficient: 0.3", "steps: 1000000", "batch_size: 4", "lanes: 4"]
      let recipe = try folder.write(collection.yaml, as: "recipe.yaml")
      return try ProgramRun.adarank(
        ["merge", recipe, out] + options, ranks: ranks,
        environment: failure.map { ["ADARANK_REHEARSE": $0] } ?? [:], limit: limit, whileItRuns: whileItRuns)
    }

    /// Expects that a job ended with 1 and one complaint, and soon; what was to be written has gone.
    ///
    /// - Parameter ranks: how many may meet the cause before the first has ended them all.
    func expectOneMessage(
      _ run: ProgramRun, _ phrases: [String], seconds: Double, ranks: Int = 1,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      #expect(run.status == 1, "\(run.status): \(run.errors)", sourceLocation: sourceLocation)
      #expect((1...ranks).contains(run.complaints.count), "\(run.errors)", sourceLocation: sourceLocation)
      for phrase in phrases {
        let isSaid = run.complaints.contains { $0.contains(phrase) }
        #expect(isSaid, "\(phrase): \(run.errors)", sourceLocation: sourceLocation)
      }
      // With the time that starting takes, on a machine that does other things too.
      #expect(run.seconds < seconds + 15, sourceLocation: sourceLocation)
      #expect(!FileManager.default.fileExists(atPath: out), sourceLocation: sourceLocation)
    }

    /// This machine's name.
    static let host: String = {
      var name = [CChar](repeating: 0, count: 256)
      gethostname(&name, name.count - 1)
      return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }()

    /// Late enough to be one of adapting.
    static let item = 500

    @Test(arguments: [(2, 0), (2, 1), (3, 1), (4, 0), (4, 3)])
    func aFrozenRank(ranks: Int, rank: Int) throws {
      let run = try merge("\(rank):freeze:\(Self.item)", ranks: ranks, ["--watchdog", "3"])
      expectOneMessage(
        run,
        [
          "the job stands still: rank \(rank) on \(Self.host) (", " has said nothing since ",
          rank == 0 ? "; rank 1 wait" : ranks == 2 ? "; rank 0 waits " : " wait",
        ], seconds: 10)
    }

    @Test(arguments: [nil, 2, 3] as [Int?])
    func aRankThatHangs(ranks: Int?) throws {
      let rank = (ranks ?? 1) - 1
      let run = try merge("\(rank):hang:\(Self.item)", ranks: ranks, ["--watchdog", "3"])
      expectOneMessage(run, ["rank \(rank) on \(Self.host) (adapting", " stands still since "], seconds: 10)
    }

    @Test func aMainThreadThatHangs() throws {
      let alone = try merge("0:stall:\(Self.item)", ranks: nil, ["--watchdog", "3"])
      expectOneMessage(
        alone, ["rank 0 on ", "the main thread has given no sign of life", "in the phase 'adapting"], seconds: 10)
      let other = try merge("1:stall:\(Self.item)", ranks: 2, ["--watchdog", "3", "--overwrite"])
      expectOneMessage(other, ["the job stands still: rank 1 on ", "has said nothing since "], seconds: 10)
    }

    /// The environment says it too; and a slow rank may take longer than any rank may stand still.
    @Test func aSlowRankIsNoFailure() throws {
      let recipe = try folder.write(FixtureCollection("average").yaml, as: "recipe.yaml")
      let run = try ProgramRun.adarank(
        ["merge", recipe, out], ranks: 2, environment: ["ADARANK_REHEARSE": "1:slow:3", "ADARANK_WATCHDOG": "2"])
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.errors == "")
      #expect(run.seconds > 4)
    }

    /// Open MPI's own message is enough.
    @Test(arguments: [0, 1])
    func aKilledRank(rank: Int) throws {
      let run = try merge("\(rank):kill:\(Self.item)", ranks: 2, ["--watchdog", "3"])
      #expect(run.status != 0)
      #expect(run.errors.contains("process rank \(rank) "), "\(run.errors)")
      #expect(run.errors.contains("on node \(Self.host)"), "\(run.errors)")
      #expect(run.errors.contains("signal 9 (Killed)"), "\(run.errors)")
      #expect(run.complaints == [], "\(run.errors)")
      #expect(run.seconds < 25)
    }

    @Test(arguments: [nil, 2] as [Int?])
    func aRankThatFails(ranks: Int?) throws {
      let rank = (ranks ?? 1) - 1
      let run = try merge("\(rank):fail:\(Self.item)", ranks: ranks)
      let place = ranks == nil ? "" : "rank \(rank) on \(Self.host): "
      expectOneMessage(run, ["adarank: \(place)item \(Self.item) failed"], seconds: 10)
    }

    /// A mapped file that loses its bytes while they are read at every step.
    @Test(arguments: [nil, 3] as [Int?])
    func aFileThatIsCutShort(ranks: Int?) throws {
      let cache = "\(folder.path)/cache"
      var cut = ""
      let run = try merge(ranks: ranks, ["--set", "scratch_dir=\(cache)"]) {
        let entries = { (try? FileManager.default.contentsOfDirectory(atPath: cache)) ?? [] }
        let deadline = Date(timeIntervalSinceNow: 30)
        while entries().count(where: { !$0.hasPrefix(".") }) < 36, Date() < deadline { usleep(10_000) }
        // Those of all ranks: some step comes to each.
        sleep(2)
        cut = cache
        for entry in entries() { truncate("\(cache)/\(entry)", 0) }
      }
      let place = ranks == nil ? "adarank: \(cut)/" : " on \(Self.host): \(cut)/"
      expectOneMessage(
        run,
        [place, ": could not be read at byte ", ": it has only 0 bytes now: it was cut short while it was in use; "],
        seconds: 15, ranks: ranks ?? 1)
    }

    @Test func aWatchdogThatIsNone() throws {
      for text in ["-1", "0.5", "soon"] {
        let run = try merge(ranks: 2, ["--watchdog=\(text)"])
        #expect(run.status == 2 && run.complaints.count == 1, "\(run.errors)")
        let phrase = text == "soon" ? "'soon'" : "--watchdog must be"
        #expect(run.complaints.first?.contains(phrase) == true, "\(run.errors)")
      }
    }
  }
}
