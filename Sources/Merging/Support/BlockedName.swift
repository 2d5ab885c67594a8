/// A name out of an encoder, cut at the number of its block: the first number among its parts.
struct BlockedName {
  /// Nil where there is none.
  let block: Int?
  /// What stands behind the number; where there is none, the whole name. `self_attn.q_proj`.
  let kind: String

  init(_ name: String) {
    let parts = name.split(separator: ".")
    let place = parts.firstIndex { Int($0) != nil }
    block = place.flatMap { Int(parts[$0]) }
    kind = place.map { parts[($0 + 1)...].joined(separator: ".") } ?? name
  }
}
