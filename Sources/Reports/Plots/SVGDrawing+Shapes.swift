extension SVGDrawing {
  /// A line of a grid or an axis.
  mutating func rule(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) {
    append(
      "<line class='rule' x1='\(Self.n(x1))' y1='\(Self.n(y1))' x2='\(Self.n(x2))' y2='\(Self.n(y2))'/>")
  }

  /// - Parameter tooltip: what is shown where a pointer rests on it.
  mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, _ paint: Paint, tooltip: String? = nil
  ) {
    let shape =
      "<rect \(paint.fill) x='\(Self.n(x))' y='\(Self.n(y))' width='\(Self.n(width))' height='\(Self.n(height))'"
    append(tooltip.map { "\(shape)><title>\(HTML.escaped($0))</title></rect>" } ?? "\(shape)/>")
  }

  /// A frame around something that stands out.
  mutating func mark(x: Double, y: Double, width: Double, height: Double) {
    append(
      "<rect class='mark' x='\(Self.n(x))' y='\(Self.n(y))' width='\(Self.n(width))' height='\(Self.n(height))'/>")
  }

  /// A line through points; where one is no number it is interrupted.
  mutating func line(_ points: [(x: Double, y: Double)], _ series: Int, width: Double = 1.8, isDashed: Bool = false) {
    let dashes = isDashed ? " stroke-dasharray='6 4'" : ""
    for run in points.split(whereSeparator: { !$0.x.isFinite || !$0.y.isFinite }) {
      let path = run.map { "\(Self.n($0.x)),\(Self.n($0.y))" }.joined(separator: " ")
      append(
        "<polyline class='\(Paint.series(series).name)' points='\(path)' fill='none' stroke='currentColor' "
          + "stroke-width='\(Self.n(width))' stroke-linejoin='round'\(dashes)/>")
    }
  }

  mutating func dot(x: Double, y: Double, radius: Double, _ series: Int) {
    guard x.isFinite, y.isFinite else { return }
    append(
      "<circle class='\(Paint.series(series).name)' cx='\(Self.n(x))' cy='\(Self.n(y))' r='\(Self.n(radius))' "
        + "fill='currentColor'/>")
  }

  /// An area with straight edges.
  ///
  /// - Parameter opacity: in 0 ... 1.
  mutating func area(_ points: [(x: Double, y: Double)], _ series: Int, opacity: Double = 1) {
    guard points.count > 2, points.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else { return }
    let path = points.map { "\(Self.n($0.x)),\(Self.n($0.y))" }.joined(separator: " ")
    let transparency = opacity < 1 ? " fill-opacity='\(opacity)'" : ""
    append(
      "<polygon class='\(Paint.series(series).name)' points='\(path)' fill='currentColor'\(transparency)/>")
  }
}
