import LinearAlgebra

/// Why a computed tensor is not the one that was wanted, or nil where it is.
///
/// The shape comes first. Then the element with the largest difference counts: the difference is divided by `scale`,
/// which is the wanted tensor's largest magnitude where nothing else is said (1 for a tensor of zeros). What is not
/// finite is the worst of all.
///
/// - Parameters:
///   - tolerance: the largest difference that is allowed, in units of `scale`.
///   - name: what the tensor is.
/// - Returns: a sentence with the element's index, what was got and what was wanted.
package func mismatch(
  _ got: Tensor, _ wanted: ReferenceTensor, tolerance: Double, scale: Double? = nil, _ name: String = ""
) -> String? {
  mismatch(ReferenceTensor(got), wanted, tolerance: tolerance, scale: scale, name)
}

package func mismatch(
  _ got: MatrixView, _ wanted: ReferenceTensor, tolerance: Double, scale: Double? = nil, _ name: String = ""
) -> String? {
  mismatch(ReferenceTensor(got), wanted, tolerance: tolerance, scale: scale, name)
}

package func mismatch(
  _ got: ReferenceTensor, _ wanted: ReferenceTensor, tolerance: Double, scale: Double? = nil, _ name: String = ""
) -> String? {
  guard got.shape == wanted.shape else { return "\(name) has shape \(got.shape), wanted \(wanted.shape)" }
  let largest = wanted.elements.reduce(0) { max($0, abs($1)) }
  let scale = scale ?? (largest > 0 ? largest : 1)
  var worst = (place: 0, difference: 0.0)
  for place in got.elements.indices {
    let difference = abs(got.elements[place] - wanted.elements[place]) / scale
    if !difference.isFinite || difference > worst.difference { worst = (place, difference) }
    if !difference.isFinite { break }
  }
  guard !(worst.difference <= tolerance) else { return nil }
  var (index, rest) = ([Int](), worst.place)
  for extent in got.shape.reversed() {
    index.insert(rest % extent, at: 0)
    rest /= extent
  }
  return "\(name)\(index) is \(got.elements[worst.place]), wanted \(wanted.elements[worst.place]): "
    + "off by \(worst.difference) of \(scale), allowed \(tolerance)"
}
