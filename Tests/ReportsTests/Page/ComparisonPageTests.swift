import Foundation
import Testing

@testable import Merging
@testable import Reports

@Suite struct ComparisonPageTests {
  private var one: MergedRun { SampleRun(tasks: 3).run(name: "one") }

  private var other: MergedRun {
    var sample = SampleRun(tasks: 3)
    (sample.steps, sample.ranks) = (120, 4)
    var report = sample.report
    report.tasks[0].accuracy = 0.999
    let recipe = SampleRun.recipe.replacing("steps: 300", with: "steps: 120")
    return MergedRun(name: "other", report: report, components: nil, recipe: recipe)
  }

  @Test func namesTheSettingsThatDiffer() throws {
    let html = ComparisonPage([one, other]).html
    #expect(XMLCheck.accepts(html))
    let settings = try #require(pageSection("settings", of: html))
    #expect(settings.contains("<th scope=\"row\">steps</th><td>300</td><td>120</td>"))
    #expect(settings.contains("<th scope=\"row\">ranks</th><td>2</td><td>4</td>"))
    #expect(!settings.contains("temperature") && !settings.contains("BLAS"))
    // Where nothing differs there is no such table.
    #expect(pageSection("settings", of: ComparisonPage([one, one]).html) == nil)
  }

  private func run(_ name: String, recipe: String?) -> MergedRun {
    MergedRun(name: name, report: SampleRun(tasks: 2).report, components: nil, recipe: recipe)
  }

  @Test func namesWhatDiffersInModels() throws {
    func recipe(weight: Double, adapt: String) -> String {
      """
      merge_method: average
      models:
        - model: /models/one
          task: 'task 1'
          adapt: \(adapt)
          parameters: {weight: \(weight)}  # the model's factor
        - model: /models/two
          task: 'task 2'
          adapt: null
          parameters: {weight: 1.0}  # the model's factor

      """
    }
    let light = run("light", recipe: recipe(weight: 0.5, adapt: "/inputs/a"))
    let heavy = run("heavy", recipe: recipe(weight: 1.5, adapt: "/inputs/b"))
    let settings = try #require(pageSection("settings", of: ComparisonPage([light, heavy]).html))
    #expect(settings.contains("<th scope=\"row\">weight of task 1</th><td>0.5</td><td>1.5</td>"))
    #expect(settings.contains("<th scope=\"row\">adapt of task 1</th><td>/inputs/a</td><td>/inputs/b</td>"))
    #expect(!settings.contains("of task 2") && !settings.contains("model of") && !settings.contains("task: "))
    #expect(settings.contains("All others are the same."))
    // Of a task that only one run has, nothing can be compared.
    let fewer = run("fewer", recipe: "merge_method: average\nmodels:\n  - model: /models/one\n    task: 'task 1'\n")
    let page = try #require(pageSection("settings", of: ComparisonPage([light, fewer]).html))
    #expect(page.contains("<th scope=\"row\">weight of task 1</th><td>0.5</td><td>–</td>"))
    #expect(!page.contains("of task 2"))
  }

  @Test func saysWhichRunsHaveNoRecipe() throws {
    let known = run("known", recipe: "seed: 0\n")
    let page = try #require(
      pageSection("settings", of: ComparisonPage([known, other, run("lost", recipe: nil)]).html))
    #expect(page.contains("these runs have no recipe.yaml: lost.") && !page.contains("All others are the same."))
    // Where nothing is known to differ either.
    let html = ComparisonPage([known, run("lost", recipe: nil), run("gone", recipe: nil)]).html
    #expect(XMLCheck.accepts(html))
    let section = try #require(pageSection("settings", of: html))
    #expect(section.contains("no recipe.yaml: lost, gone.") && !section.contains("<table"))
  }

  @Test func marksTheBestOfEachTask() throws {
    let results = try #require(pageSection("results", of: ComparisonPage([one, other]).html))
    let row = try #require(results.firstMatch(of: /<th scope="row">task 1<\/th>(.*?)<\/tr>/))
    #expect(row.output.1.contains("<td class=\"number best\"><strong><data value=\"0.999\">99.9</data></strong></td>"))
    #expect(results.contains("<th scope=\"row\">average</th>") && results.contains("<th scope=\"row\">mean</th>"))
  }

  @Test func overlaysTheLosses() throws {
    let html = ComparisonPage([one, other, SampleRun(tasks: 3).staticRun]).html
    let losses = try #require(pageSection("losses", of: html))
    // A line for each run that learnt, and its name.
    #expect(losses.matches(of: /<polyline/).count == 2)
    #expect(losses.contains(">one</text>") && losses.contains(">other</text>") && !losses.contains(">static</text>"))
    #expect(pageSection("kept", of: html)?.contains(">static</text>") == false)
    #expect(pageSection("memory", of: html)?.contains(">static</text>") == true)
  }

  @Test func runsOfOtherTasksStandSideBySide() throws {
    let html = ComparisonPage([one, SampleRun(tasks: 5).run(name: "five")]).html
    let results = try #require(pageSection("results", of: html))
    #expect(results.contains("<th scope=\"row\">task 5</th><td class=\"number\">–</td>"))
    #expect(pageSection("settings", of: html)?.contains("task 1, task 2, task 3, task 4, task 5") == true)
  }

  @Test func differentObjectivesLossesAreNotRanked() throws {
    func run(_ objective: String) -> MergedRun {
      MergedRun(
        name: objective, report: SampleRun(tasks: 2).report, components: nil,
        recipe: "parameters:\n  objective: \(objective)\n")
    }
    func isRanked(_ runs: [MergedRun]) throws -> Bool {
      let results = try #require(pageSection("results", of: ComparisonPage(runs).html))
      return results[results.range(of: "last loss")!.upperBound...].contains("<strong>")
    }
    #expect(try isRanked([run("entropy"), run("entropy")]))
    #expect(try !isRanked([run("entropy"), run("self_label")]))
  }
}
