/// A picture in memory: RGB, a byte for each colour.
package struct Picture: Equatable, Sendable {
  /// The most pixels that a picture may have. A file can claim more than any memory holds, and beyond the same number
  /// Pillow warns of it.
  package static let maximumPixelCount = 89_478_485

  package let width: Int
  package let height: Int
  /// [height, width, 3].
  package let bytes: [UInt8]

  /// - Parameter bytes: [height, width, 3].
  /// - Precondition: no side is 0.
  package init(width: Int, height: Int, bytes: [UInt8]) {
    precondition(width > 0 && height > 0 && bytes.count == width * height * 3)
    self.width = width
    self.height = height
    self.bytes = bytes
  }

  /// Whether a picture of that size has at most `maximumPixelCount` pixels.
  static func isWithinLimit(width: Int, height: Int) -> Bool {
    let (count, overflow) = width.multipliedReportingOverflow(by: height)
    return !overflow && count <= maximumPixelCount
  }
}
