import Testing

@testable import Reports

@Suite struct RunNamesTests {
  private func names(_ paths: String...) -> [String] { RunNames.names(paths.map { (name: nil, path: $0) }) }

  @Test func foldersHaveTheirOwnNames() {
    #expect(names("/runs/a", "/other/b/", "/runs/c/../d") == ["a", "b", "d"])
    #expect(names("/", "/a") == ["/", "a"])
  }

  @Test func equalNamesGetLongerUntilTheyDiffer() {
    #expect(names("/runs/a/merged", "/runs/b/merged", "/runs/b/other") == ["a/merged", "b/merged", "other"])
    #expect(
      names("/x/a/merged", "/y/a/merged", "/y/b/merged/.") == ["x/a/merged", "y/a/merged", "b/merged"])
    // A path that has no further parents stays as it is.
    #expect(names("/merged", "/a/merged") == ["merged", "a/merged"])
  }

  @Test func whatAPersonCalledThemStays() {
    #expect(
      RunNames.names([("merged", "/a/first"), (nil, "/b/merged"), (nil, "/b/second")])
        == ["merged", "b/merged", "second"])
    #expect(RunNames.names([("x", "/a"), ("x", "/b"), ("x (2)", "/c")]) == ["x", "x (2)", "x (2) (2)"])
  }

  @Test func theSameFolderIsNumbered() {
    #expect(names("/a/merged", "/a/merged/", "/b/merged") == ["a/merged", "a/merged (2)", "b/merged"])
  }
}
