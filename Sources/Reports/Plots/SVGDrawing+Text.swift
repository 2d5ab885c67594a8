extension SVGDrawing {
  enum Anchor: String {
    case start, middle, end
  }

  /// A name beside its colour.
  struct LegendEntry {
    let name: String
    let paint: Paint
    var isDashed = false
  }

  /// - Parameters:
  ///   - size: in units of the drawing.
  ///   - on: what lies behind it; nil: the page.
  ///   - turned: degrees, clockwise, about its place.
  mutating func text(
    _ text: String, x: Double, y: Double, anchor: Anchor = .start, size: Double = 11, isMuted: Bool = false,
    isBold: Bool = false, on paint: Paint? = nil, turned: Double? = nil
  ) {
    var attributes = "x='\(Self.n(x))' y='\(Self.n(y))' font-size='\(Self.n(size))'"
    if anchor != .start { attributes += " text-anchor='\(anchor.rawValue)'" }
    if isBold { attributes += " font-weight='600'" }
    if let turned { attributes += " transform='rotate(\(Self.n(turned)) \(Self.n(x)) \(Self.n(y)))'" }
    if let paint, paint != .ink, paint != .unknown {
      attributes += " class='on-\(paint.name)'"
    } else if isMuted {
      attributes += " class='muted'"
    }
    append("<text \(attributes)>\(HTML.escaped(text))</text>")
  }

  /// The heading of a drawing, shortened where it is too long.
  mutating func heading(_ text: String) {
    self.text(Self.fitted(text, width: width - 4, size: 13), x: 2, y: 15, size: 13, isBold: true)
  }

  /// Names beside their colours, in as many rows as they need.
  ///
  /// - Returns: the height that they take.
  @discardableResult
  mutating func legend(_ entries: [LegendEntry], x left: Double, y top: Double) -> Double {
    let (rowHeight, size) = (17.0, 11.0)
    var (x, y) = (left, top)
    for entry in entries {
      let shown = Self.fitted(entry.name, width: width - left - 28, size: size)
      let needed = 22 + Self.width(of: shown, size: size) + 10
      if x > left, x + needed > width {
        (x, y) = (left, y + rowHeight)
      }
      if entry.isDashed, case .series(let series) = entry.paint {
        line([(x, y + 7), (x + 16, y + 7)], series, width: 2, isDashed: true)
      } else {
        // What is drawn in ink is a thin line below something else.
        let isThin = entry.paint == .ink
        rectangle(x: x, y: isThin ? y + 5 : y + 2, width: 14, height: isThin ? 4 : 10, entry.paint)
      }
      text(shown, x: x + 20, y: y + 11, size: size)
      x += needed
    }
    return y - top + rowHeight
  }

  /// About how wide a text is, in units of the drawing: an em for what fills a square, 0.58 em for other characters.
  static func width(of text: String, size: Double) -> Double {
    size * text.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x1100 ? 1 : 0.58) }
  }

  /// A text cut until it is no wider than that.
  static func fitted(_ text: String, width: Double, size: Double) -> String {
    guard self.width(of: text, size: size) > width else { return text }
    var (cut, room) = ("", width - self.width(of: "…", size: size))
    for character in text {
      room -= self.width(of: String(character), size: size)
      guard room >= 0 else { break }
      cut.append(character)
    }
    return cut + "…"
  }
}
