import Foundation

/// A number with a unit in powers of ten: `512 B`, `1.2 GB`.
package func scaled(_ value: Double, unit: String) -> String {
  let prefixes = ["", "k", "M", "G", "T", "P"]
  var (value, index) = (value, 0)
  // 999.96 would be written as 1000.0.
  while value >= (index == 0 ? 1_000 : 999.95), index < prefixes.count - 1 {
    value /= 1_000
    index += 1
  }
  return (index == 0 ? String(format: "%.0f ", value) : String(format: "%.1f ", value)) + prefixes[index] + unit
}
