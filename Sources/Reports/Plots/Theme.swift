/// The colours of a page and its plots, in light or in dark surroundings.
///
/// Series follow Okabe and Ito's colours, which stay apart for the colour-blind, darkened or lightened until they stand out
/// from the page.
struct Theme: Sendable {
  let page: Colour
  /// Behind tables' headers and code.
  let panel: Colour
  /// Behind the best of a column.
  let best: Colour
  let ink: Colour
  let muted: Colour
  /// Of grids and borders.
  let rule: Colour
  let link: Colour
  /// Of lines and bars that are told apart.
  let series: [Colour]
  /// From little to much.
  let scale: [Colour]
  /// From negative over nothing to positive.
  let balance: [Colour]

  static let seriesCount = 8
  static let scaleSteps = 10
  /// Odd: the middle one is nothing.
  static let balanceSteps = 11

  static let light = Theme(
    page: Colour(0xffffff), panel: Colour(0xf3f5f8), best: Colour(0xfff0b8), ink: Colour(0x1b1f24),
    muted: Colour(0x59636e), rule: Colour(0xd5dae1), link: Colour(0x0a58a6),
    series: [0x0072b2, 0xd55e00, 0x00896b, 0xa8478a, 0x9a6a00, 0x3a93c4, 0x6e6e6e, 0x6a4bc4].map(Colour.init),
    scale: ramp([0xe3edf7, 0x5a9fd4, 0x08306b], scaleSteps),
    balance: ramp([0xa63d00, 0xf0a470, 0xf7f7f7, 0x74b0dd, 0x0a4f94], balanceSteps))

  static let dark = Theme(
    page: Colour(0x12161b), panel: Colour(0x1c222a), best: Colour(0x4a3f12), ink: Colour(0xe7ebf0),
    muted: Colour(0xa0abb7), rule: Colour(0x363f4a), link: Colour(0x7dbcf5),
    series: [0x4fa6e8, 0xff8c42, 0x33c99d, 0xe59ac6, 0xe8b23a, 0xa6daf7, 0x9aa3ad, 0xb9a5ff].map(Colour.init),
    scale: ramp([0x1b2530, 0x2c73b0, 0xc4e3fb], scaleSteps),
    balance: ramp([0xffa566, 0xa3521c, 0x222930, 0x2a6aa3, 0x86c3f7], balanceSteps))

  /// Colours evenly spaced along a few.
  private static func ramp(_ stops: [UInt32], _ count: Int) -> [Colour] {
    let stops = stops.map(Colour.init)
    return (0..<count).map { index in
      let place = Double(index) / Double(count - 1) * Double(stops.count - 1)
      let first = min(Int(place), stops.count - 2)
      return stops[first].mixed(with: stops[first + 1], share: place - Double(first))
    }
  }

  /// The declarations of CSS variables that hold the colours.
  var variables: String {
    func list(_ prefix: String, _ colours: [Colour]) -> [String] {
      colours.enumerated().map { "--\(prefix)\($0.offset):\($0.element.css)" }
    }
    let named = [
      ("page", page), ("panel", panel), ("best", best), ("ink", ink), ("muted", muted), ("rule", rule), ("link", link),
    ]
    let all =
      named.map { "--\($0.0):\($0.1.css)" } + list("c", series) + list("s", scale) + list("on-s", scale.map(\.ink))
      + list("b", balance) + list("on-b", balance.map(\.ink))
    return all.joined(separator: ";")
  }

  /// Both themes' variables: dark ones where the reader's screen is dark, light ones on paper.
  static let bothVariables = """
    :root{color-scheme:light dark;\(light.variables)}
    @media screen and (prefers-color-scheme:dark){:root{\(dark.variables)}}
    """

  /// How shapes and text of drawings look, in terms of the variables.
  static let drawingRules: String = {
    func rules(_ prefix: String, _ count: Int) -> [String] {
      (0..<count).flatMap {
        [".\(prefix)\($0){fill:var(--\(prefix)\($0))}", ".on-\(prefix)\($0){fill:var(--on-\(prefix)\($0))}"]
      }
    }
    let series = (0..<seriesCount).map { ".c\($0){color:var(--c\($0))}" }
    return
      ([
        "svg text{fill:var(--ink);font-family:system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif}",
        "svg .muted{fill:var(--muted)}", "svg .rule{stroke:var(--rule)}", "svg .ink{color:var(--ink)}",
        "svg .unknown{fill:var(--panel)}", "svg .mark{fill:none;stroke:var(--ink);stroke-width:2}",
      ] + series + rules("s", scaleSteps).map { "svg " + $0 } + rules("b", balanceSteps).map { "svg " + $0 })
      .joined(separator: "\n")
  }()
}
