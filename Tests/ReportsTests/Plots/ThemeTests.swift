import Testing

@testable import Reports

/// Contrasts as WCAG 2.2 AA wants them: 4.5 for text, 3 for what is told apart by its colour.
@Suite struct ThemeTests {
  private static let themes = [Theme.light, Theme.dark]

  @Test(arguments: 0..<2)
  func textIsReadOnEverythingBehindIt(theme: Int) {
    let theme = Self.themes[theme]
    for ground in [theme.page, theme.panel] {
      for text in [theme.ink, theme.muted, theme.link] { #expect(text.contrast(with: ground) >= 4.5) }
    }
    #expect(theme.ink.contrast(with: theme.best) >= 4.5)
    for colour in theme.scale + theme.balance { #expect(colour.ink.contrast(with: colour) >= 4.5) }
  }

  @Test(arguments: 0..<2)
  func seriesStandOutFromThePage(theme: Int) {
    let theme = Self.themes[theme]
    for colour in theme.series { #expect(colour.contrast(with: theme.page) >= 3, "\(colour.css)") }
  }

  @Test(arguments: 0..<2)
  func scalesHaveTheirSteps(theme: Int) {
    let theme = Self.themes[theme]
    #expect(theme.series.count == Theme.seriesCount)
    #expect(theme.scale.count == Theme.scaleSteps)
    #expect(theme.balance.count == Theme.balanceSteps)
    // From little to much away from the page's brightness, so that a print in grey is read too.
    let contrasts = theme.scale.map { $0.contrast(with: theme.page) }
    #expect(contrasts == contrasts.sorted())
  }

  @Test func contrastIsThatOfTheGuidelines() {
    #expect(Colour.black.contrast(with: .white) == 21)
    #expect(Colour(0x777777).css == "#777777")
    // Known: #777777 on white is 4.48.
    #expect(abs(Colour(0x777777).contrast(with: .white) - 4.48) < 0.005)
  }
}
