/// The part of a page under a heading; nil where it is left out.
func pageSection(_ anchor: String, of html: String) -> Substring? {
  guard let start = html.firstRange(of: "<section id=\"\(anchor)\">"),
    let end = html[start.upperBound...].firstRange(of: "</section>")
  else { return nil }
  return html[start.lowerBound..<end.upperBound]
}

/// The drawing of a page's part that has a title; nil where there is none.
func pageDrawing(_ title: String, of html: Substring) -> Substring? {
  guard let start = html.firstRange(of: "<title>\(title)</title>"),
    let end = html[start.upperBound...].firstRange(of: "</svg>")
  else { return nil }
  return html[start.lowerBound..<end.upperBound]
}
