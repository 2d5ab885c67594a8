/// The part of a page under a heading; nil where it is left out.
func pageSection(_ anchor: String, of html: String) -> Substring? {
  guard let start = html.firstRange(of: "<section id=\"\(anchor)\">"),
    let end = html[start.upperBound...].firstRange(of: "</section>")
  else { return nil }
  return html[start.lowerBound..<end.upperBound]
}
