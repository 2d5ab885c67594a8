import Testing

@testable import Recipes

@Suite struct SourceTests {
  @Test(arguments: [
    ("a/../b/", "/x/y/b"), ("../c", "/x/c"), ("/tmp/../z", "/z"), (".", "/x/y"), ("../../../..", "/"),
    ("a b%20é", "/x/y/a b%20é"), ("a//b/./c", "/x/y/a/b/c"),
  ])
  func pathsAreRelativeToTheFilesFolder(path: String, resolved: String) {
    #expect(Source(file: "/x/y/recipe.yaml").resolve(path) == resolved)
    #expect(Source(override: "a=b", folder: "/x/y").resolve(path) == resolved)
  }

  @Test(arguments: [
    ("recipe.yaml", "other.yaml", "other.yaml"), ("a/b/recipe.yaml", "c/other.yaml", "a/b/c/other.yaml"),
    ("/a/recipe.yaml", "../other.yaml", "/other.yaml"), ("a/recipe.yaml", "/other.yaml", "/other.yaml"),
    ("../recipe.yaml", "other.yaml", "../other.yaml"),
  ])
  func neighboursAreNamedAsThePersonWould(file: String, path: String, name: String) {
    #expect(Source(file: file).neighbour(path) == name)
  }

  @Test func overridesHaveNoPlaces() {
    let source = Source(override: "a=b", folder: "/")
    #expect(source.at(line: 3, column: 4).finding("wrong").description == "--set a=b: wrong")
    #expect(Source(file: "f").at(line: 3, column: 4).finding("wrong").description == "f:3:4: wrong")
  }
}
