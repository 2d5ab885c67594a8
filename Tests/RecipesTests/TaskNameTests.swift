import Testing

@testable import Recipes

@Suite struct TaskNameTests {
  @Test(arguments: ["alpha", "SUN397", "a.b-c_d+e f", "été", String(repeating: "a", count: 200)])
  func goodNames(name: String) {
    #expect(TaskName.problem(with: name) == nil)
  }

  @Test(arguments: [
    (".hidden", "must not begin with a dot"),
    ("a/b", "may hold only letters, digits, spaces and _ - . +"),
    ("a\nb", "may hold only letters, digits, spaces and _ - . +"),
    ("a\u{0}", "may hold only letters, digits, spaces and _ - . +"),
    (" a", "must not begin or end with a space"),
    ("a ", "must not begin or end with a space"),
    (String(repeating: "a", count: 201), "is longer than 200 bytes"),
    (String(repeating: "é", count: 101), "is longer than 200 bytes"),
  ])
  func badNames(name: String, problem: String) {
    #expect(TaskName.problem(with: name) == problem)
  }
}
