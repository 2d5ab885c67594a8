import Testing

@testable import Merging

@Suite struct CollapseGuardTests {
  /// Sure of the given classes, out of four.
  func sure(_ labels: [Int]) -> [[Double]] {
    labels.map { label in (0..<4).map { $0 == label ? 0.97 : 0.01 } }
  }

  let all = (0..<64).map { $0 % 4 }

  func watch(expert labels: [Int]) -> CollapseGuard {
    var watch = CollapseGuard(tasks: ["alpha", "beta"])
    #expect(!watch.knowsExperts)
    watch.noteExpert(sure(labels), task: 0)
    watch.noteExpert(sure(labels), task: 1)
    #expect(watch.knowsExperts)
    return watch
  }

  @Test func measuresAreThoseOfTheFormulas() {
    let probe = Probe([[0.5, 0.5], [1, 0]], labels: [0, 0])
    #expect(Probe([[0.6, 0.4], [0.9, 0.1]], labels: [0, 1]).agreement == 0.5)
    #expect(abs(probe.meanEntropy - 0.5 * 0.693_147_180_56) < 1e-9)
    #expect(abs(probe.entropyOfMean - 0.562_335_144_62) < 1e-9)
    #expect(Probe(sure(all), labels: all).agreement == 1)
    #expect(abs(Probe(sure(all), labels: all).entropyOfMean - 1.386_294_361_12) < 1e-9)
  }

  /// All inputs into one class: the entropy of the mean prediction falls.
  @Test func allInputsInOneClassAreACollapse() throws {
    var watch = watch(expert: all)
    #expect(try watch.look(step: 0, [sure(all), sure(all)]).isEmpty)
    let found = try watch.look(step: 100, [sure(all), sure([Int](repeating: 2, count: 64))])
    #expect(found.map(\.task) == ["beta"])
    #expect(found[0].reason == "the entropy of its mean prediction is 0.17, the fine-tuned model's 1.39")
    #expect(watch.record.hasCollapse && watch.record.lastGoodStep == 0)
    // It is said once.
    #expect(try watch.look(step: 200, [sure(all), sure([Int](repeating: 2, count: 64))]).isEmpty)
    #expect(watch.record.looks.map(\.step) == [0, 100, 200])
  }

  /// Classes exchanged: the mean prediction is as even as before, but it is another's.
  @Test func lostAgreementIsACollapse() throws {
    var watch = watch(expert: all)
    func changed(_ count: Int) -> [[Double]] { sure(all.enumerated().map { $0 < count ? ($1 + 1) % 4 : $1 }) }
    #expect(try watch.look(step: 100, [sure(all), changed(0)]).isEmpty)
    #expect(try watch.look(step: 200, [sure(all), changed(12)]).isEmpty)
    #expect(watch.record.lastGoodStep == 200)
    let found = try watch.look(step: 300, [sure(all), changed(13)])
    #expect(found.map(\.reason) == ["it agrees with the fine-tuned model on 80 % of inputs, after 100 % before"])
    #expect(found[0].step == 300 && watch.record.lastGoodStep == 200)
  }

  /// What is so before anything is learnt does not count as learning's doing.
  @Test func aBeginningInOneClassIsNamedOnly() throws {
    var watch = watch(expert: all)
    let one = sure([Int](repeating: 1, count: 64))
    #expect(try watch.look(step: 0, [one, sure(all)]).map(\.step) == [0])
    #expect(!watch.record.hasCollapse)
    #expect(try watch.look(step: 100, [one, sure(all)]).isEmpty)
    #expect(!watch.record.hasCollapse && watch.record.lastGoodStep == 100)
  }

  /// A task that has recovered is watched again.
  @Test func aSecondCollapseIsNoticedToo() throws {
    var watch = watch(expert: all)
    let one = sure([Int](repeating: 1, count: 64))
    #expect(try watch.look(step: 0, [one, sure(all)]).count == 1)
    #expect(try watch.look(step: 100, [sure(all), sure(all)]).isEmpty)
    #expect(watch.record.collapsed == [] && watch.record.lastGoodStep == 100)
    #expect(try watch.look(step: 200, [one, sure(all)]).map(\.step) == [200])
    #expect(watch.record.hasCollapse && watch.record.lastGoodStep == 100)
    #expect(try watch.look(step: 300, [sure(all), sure(all)]).isEmpty)
    #expect(!watch.record.hasCollapse && watch.record.lastGoodStep == 300)
    #expect(watch.record.collapses.map(\.step) == [0, 200])
  }

  /// The look at an end that is none any more leaves no trace.
  @Test func aLastLookCanBeForgotten() throws {
    var watch = watch(expert: all)
    #expect(try watch.look(step: 100, [sure(all), sure(all)]).isEmpty)
    let before = watch.record
    #expect(try watch.look(step: 140, [sure(all), sure([Int](repeating: 1, count: 64))]).count == 1)
    watch.record.forgetLast()
    #expect(watch.record == before)
    watch.record.forgetLast()
    #expect(watch.record == before)
  }

  @Test func whatIsNoNumberIsAnError() {
    var watch = watch(expert: all)
    var broken = sure(all)
    broken[3][1] = .nan
    #expect(throws: DivergenceError(quantity: "prediction", task: "beta", step: 100)) {
      try watch.look(step: 100, [sure(all), broken])
    }
  }
}
