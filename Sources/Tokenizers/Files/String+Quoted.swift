extension String {
  /// This text in quotation marks, with control characters escaped and no longer than a line of a message bears.
  var quoted: String {
    let most = 80
    let start = unicodeScalars.prefix(most)
    return String(reflecting: start.endIndex == unicodeScalars.endIndex ? self : String(scalars: start) + "…")
  }
}
