import Foundation
import Testing

extension ProgramTests {
  /// Files that are written to while a merge reads them.
  @Suite struct ChangedInputTests {
    let folder: ScratchFolder
    var out: String { "\(folder.path)/merged" }

    init() throws { folder = try ScratchFolder() }

    /// A merge of a copied head, which is written to once a file has a text.
    func merge(
      _ method: String, _ parameters: [String], ranks: Int, slow: String? = nil, when file: String,
      has text: String? = nil
    ) throws -> (run: ProgramRun, head: String) {
      var collection = FixtureCollection(method)
      collection.set(parameters)
      let head = try folder.write(
        try #require(FileManager.default.contents(atPath: collection.head("beta"))), as: "head.safetensors")
      collection.replaced["beta.head"] = head
      let recipe = try folder.write(collection.yaml, as: "recipe.yaml")
      let run = try ProgramRun.adarank(
        ["merge", recipe, out], ranks: ranks, environment: slow.map { ["ADARANK_REHEARSE": $0] } ?? [:]
      ) {
        let isTime = {
          guard let found = try? String(contentsOfFile: file, encoding: .utf8) else { return false }
          return text.map(found.contains) ?? true
        }
        let deadline = Date(timeIntervalSinceNow: 60)
        while !isTime(), Date() < deadline { usleep(5_000) }
        let handle = try #require(FileHandle(forWritingAtPath: head))
        // The last number by its least bit.
        let bytes = try #require(FileManager.default.contents(atPath: head))
        try handle.seek(toOffset: UInt64(bytes.count - 4))
        try handle.write(contentsOf: Data([bytes[bytes.count - 4] ^ 1]))
        try handle.close()
      }
      return (run, head)
    }

    /// What was learnt is kept, and says so.
    @Test(arguments: [1, 3]) func whileLearning(ranks: Int) throws {
      let (run, head) = try merge(
        "adarank", ["steps: 600"], ranks: ranks, when: "\(out).unfinished/metrics.jsonl", has: "\"step\"")
      try #require(run.status == 0, "\(run.errors)")
      let notes = try #require(MergedOutput(out).report["notes"] as? [String])
      #expect(
        notes.contains("\(head) has changed while it was in use: the report has the digest from before"), "\(notes)")
      let verified = try ProgramRun.adarank(["verify", out, "--inputs"])
      #expect(verified.status == 2)
      #expect(verified.complaints.count == 1 && verified.complaints[0].contains(head), "\(verified.errors)")
    }

    /// A merge that is soon made again, or has learnt nothing yet, is not made of two versions of a file.
    @Test(
      arguments: [("average", "lock", nil), ("adarank", "metrics.jsonl", "factoring")] as [(String, String, String?)])
    func beforeLearning(method: String, file: String, text: String?) throws {
      let (run, head) = try merge(
        method, [], ranks: 2, slow: "0:slow:40", when: "\(out).unfinished/\(file)", has: text)
      #expect(run.status == 2)
      #expect(run.complaints == ["adarank: \(head) has changed while it was in use; merge again"], "\(run.errors)")
      #expect(try folder.contents == ["head.safetensors", "recipe.yaml"])
    }
  }
}
