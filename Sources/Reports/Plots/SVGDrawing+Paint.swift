extension SVGDrawing {
  /// How a shape is coloured.
  enum Paint: Equatable {
    /// One of the series, which repeat.
    case series(Int)
    /// A step of the theme's `scale`.
    case scale(Int)
    /// A step of the theme's `balance`.
    case balance(Int)
    case ink
    /// Nothing is known here.
    case unknown

    /// The class that colours a shape, and for series lines too.
    var name: String {
      switch self {
      case .series(let index): "c\(index % Theme.seriesCount)"
      case .scale(let step): "s\(step)"
      case .balance(let step): "b\(step)"
      case .ink: "ink"
      case .unknown: "unknown"
      }
    }

    /// The attributes that colour a shape.
    var fill: String {
      switch self {
      case .series, .ink: "class='\(name)' fill='currentColor'"
      case .scale, .balance, .unknown: "class='\(name)'"
      }
    }
  }
}
