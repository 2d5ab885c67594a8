import Testing

@testable import Recipes

@Suite struct DurationTests {
  @Test(arguments: [
    ("0s", 0), ("45s", 45), ("90min", 5_400), ("8h", 28_800), ("1h 30min", 5_400), ("1h30min", 5_400), ("2d", 172_800),
    ("120", 120), ("1d 2h 3min 4s", 93_784),
  ])
  func isReadAndWritten(_ text: String, _ seconds: Int) {
    #expect(Recipes.Duration.parse(text) == seconds)
    #expect(Recipes.Duration.parse(Recipes.Duration.write(seconds)) == seconds)
  }

  @Test(arguments: [
    "", "h", "-1h", "1.5h", "30min 1h", "1h 2h", "5 weeks", "1m", "99999999999999999999", "9999999999999999d",
  ])
  func anythingElseIsRefused(_ text: String) { #expect(Recipes.Duration.parse(text) == nil) }
}
