@testable import Pictures

/// How far the bytes of two pictures of one size are apart, in levels.
func difference(_ a: Picture, _ b: Picture) -> (mean: Double, largest: Int) {
  precondition(a.width == b.width && a.height == b.height)
  let all = zip(a.bytes, b.bytes).map { abs(Int($0) - Int($1)) }
  return (Double(all.reduce(0, +)) / Double(all.count), all.max()!)
}
