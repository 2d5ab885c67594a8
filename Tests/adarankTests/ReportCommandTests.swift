import Foundation
import Testing

extension ProgramTests {
  /// Pages of merges, made with them and made again.
  @Suite struct ReportCommandTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func merge(_ method: String, to name: String, _ options: String...) throws -> MergedOutput {
      let recipe = try folder.write(FixtureCollection(method).yaml, as: "\(name).yaml")
      let run = try ProgramRun.adarank(["merge", recipe, "\(folder.path)/\(name)"] + options, ranks: 2)
      try #require(run.status == 0, "\(run.errors)")
      return try MergedOutput("\(folder.path)/\(name)")
    }

    private func report(_ arguments: String...) throws -> ProgramRun {
      try ProgramRun.adarank(["report"] + arguments)
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    /// The values of a table's row, as the page holds them for programs.
    private func values(_ html: String, row: String) -> [Double] {
      let pattern = try! Regex("<th scope=\"row\">\(row)</th>(.*)</tr>").anchorsMatchLineEndings()
      guard let match = html.firstMatch(of: pattern) else { return [] }
      return html[match.range].matches(of: /<data value="([^"]*)">/).compactMap { Double($0.output.1) }
    }

    /// But for the last places, which Foundation's reader of JSON rounds by itself.
    private func areEqual(_ found: [Double], _ wanted: [Double]) -> Bool {
      found.count == wanted.count && zip(found, wanted).allSatisfy { abs($0 - $1) <= 1e-14 * max(1, abs($1)) }
    }

    @Test(arguments: ["adarank", "adamerging", "task_arithmetic"])
    func thePageIsMadeAgainToTheByte(_ method: String) throws {
      let merged = try merge(method, to: "merged")
      let output = "\(folder.path)/page.html"
      let run = try report(merged.path, "--output", output)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output == output + "\n")
      #expect(FileManager.default.contentsEqual(atPath: output, andPath: "\(merged.path)/report.html"))
      // λ was learnt, whether there are masks or not.
      #expect(try text(output).contains("<section id=\"coefficients\">") == (method != "task_arithmetic"))
      // Static methods look at task vectors in passing.
      #expect(try text(output).contains("surveying") == (method != "task_arithmetic"))
      #expect(try text(output).contains("<section id=\"interference\">"))
      #expect(try ProgramRun.adarank(["verify", merged.path]).status == 0)
    }

    @Test func thePageHasTheNumbersOfTheReport() throws {
      let merged = try merge("adarank", to: "merged")
      let html = try text("\(merged.path)/report.html")
      for task in merged.tasks {
        let numbers = ["classes", "adapt_inputs", "entropy_first", "entropy_last", "evaluate_inputs", "accuracy"]
        let wanted = numbers.map { (task[$0] as! NSNumber).doubleValue }
        #expect(areEqual(values(html, row: task["name"] as! String), wanted))
      }
      for anchor in ["losses", "kept", "spectra", "interference", "coefficients", "time", "memory", "provenance"] {
        #expect(html.contains("<section id=\"\(anchor)\">"), "\(anchor)")
      }
      #expect(html.contains(merged.weightsSha256))
      #expect(html.contains(FixtureCollection().base))
      // The card shows the losses' picture.
      let card = try text("\(merged.path)/README.md")
      #expect(card.contains("](entropy.svg)") && card.contains("`components.safetensors`"))
      #expect(try text("\(merged.path)/entropy.svg").hasPrefix("<svg xmlns="))
    }

    @Test func severalMergesAreCompared() throws {
      let (one, other) = (try merge("adarank", to: "one"), try merge("adarank", to: "other", "--set", "steps=5"))
      let output = "\(folder.path)/page.html"
      let run = try report("the first=\(one.path)", other.path, "--output", output)
      #expect(run.status == 0, "\(run.errors)")
      let html = try text(output)
      #expect(html.contains("<th scope=\"row\">steps</th><td>3</td><td>5</td>"))
      #expect(
        html.contains("<th scope=\"col\" class=\"number\">the first</th><th scope=\"col\" class=\"number\">other</th>"))
      let averages = [one, other].map { $0.report["average_accuracy"] as! Double }
      #expect(areEqual(values(html, row: "average"), averages))
    }

    @Test func mergesOfTheSameNameAreToldApart() throws {
      let light = try merge("average", to: "light/merged", "--set", "models.1.parameters.weight=0.5")
      let heavy = try merge("average", to: "heavy/merged")
      let output = "\(folder.path)/page.html"
      let run = try report(light.path, heavy.path, "--output", output)
      #expect(run.status == 0, "\(run.errors)")
      let html = try text(output)
      #expect(html.contains("<th scope=\"col\">light/merged</th><th scope=\"col\">heavy/merged</th>"))
      #expect(html.contains("<th scope=\"row\">weight of beta</th><td>0.5</td><td>1.0</td>"))
    }

    @Test func everyFolderThatIsNoneIsNamed() throws {
      let merged = try merge("average", to: "merged")
      try folder.write("{}", as: "broken/report.json")
      let output = try folder.write("mine", as: "notes.html")
      let run = try report(
        "\(folder.path)/absent", merged.path, "x=\(folder.path)/broken", "--output", output)
      #expect(run.status == 2)
      #expect(
        run.complaints == [
          "adarank: \(folder.path)/absent is no merged folder: \(folder.path)/absent/report.json cannot be read",
          "adarank: \(folder.path)/broken/report.json is no report of a merge, or damaged",
          "adarank: \(output) is no page of adarank; --overwrite replaces it",
        ])
      #expect(try text(output) == "mine")
    }

    @Test func onlyPagesAreReplaced() throws {
      let merged = try merge("average", to: "merged")
      let output = try folder.write("mine", as: "notes.html")
      #expect(try report(merged.path, "--output", output).status == 2)
      #expect(try report(merged.path, "--output", output, "--overwrite").status == 0)
      // Now it is a page, and may be made again.
      #expect(try report(merged.path, "--output", output).status == 0)
      // The folder's own page is part of what its report says of it.
      let own = try report(merged.path, "--output", "\(merged.path)/report.html")
      #expect(own.status == 2)
      #expect(own.errors.contains("belongs to a merged folder"), "\(own.errors)")
      #expect(try report(merged.path, "--output", folder.path).errors.contains("is a folder"))
      #expect(try report(merged.path, "--output", "\(folder.path)/absent/page.html").status == 2)
      #expect(try report().status == 2)
    }

    @Test func aDamagedTableOfComponentsIsNamed() throws {
      let merged = try merge("adarank", to: "merged")
      try folder.write("no tensors", as: "merged/components.safetensors")
      let run = try report(merged.path, "--output", "\(folder.path)/page.html")
      #expect(run.status == 2)
      #expect(run.errors.contains("merged/components.safetensors"), "\(run.errors)")
    }
  }
}
