/// `text` as a YAML value that reads back as the same text: plain where that is safe, else in single
/// quotes, or in double quotes where characters must be escaped.
func yamlText(_ text: String) -> String {
  if isPlain(text) { return text }
  if text.unicodeScalars.allSatisfy(isPrintable) {
    return "'" + text.replacing("'", with: "''") + "'"
  }
  return "\"" + text.unicodeScalars.map(escaped).joined() + "\""
}

/// A conservative choice: words and paths, nothing that YAML could take for null, a number or an indicator.
private func isPlain(_ text: String) -> Bool {
  guard let first = text.first, first == "/" || first.isLetter else { return false }
  let reserved = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
  return !reserved.contains(text.lowercased()) && text.wholeMatch(of: /[A-Za-z0-9\/_.+-]+/) != nil
}

/// Whether a character may stand in a YAML file as itself, on one line.
///
/// Source: YAML 1.1, section 5.1, `c-printable`, less the line breaks and the byte order mark.
private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x2028, 0x2029, 0xFEFF: false
  case 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
  default: false
  }
}

private func escaped(_ scalar: Unicode.Scalar) -> String {
  if scalar == "\"" || scalar == "\\" { return "\\\(scalar)" }
  if isPrintable(scalar) { return String(scalar) }
  let digits = String(scalar.value, radix: 16)
  return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
}
