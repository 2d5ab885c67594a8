extension Picture {
  /// The middle of the picture; where the picture is smaller, with black around it.
  ///
  ///     new[y, x] = old[y + round((height − height′) / 2), x + round((width − width′) / 2)]
  ///
  /// What is cut off or added cannot always be the same on both sides: rounding down, the odd pixel is cut off at the
  /// right and at the bottom, or added at the left and at the top.
  ///
  /// - Parameter rounding: down for Hugging Face's processors, and for torchvision to the nearest, of two to the even.
  /// - Precondition: the new size has at least 1 and at most `maximumPixelCount` pixels.
  package func croppedToMiddle(
    width newWidth: Int, height newHeight: Int, rounding: FloatingPointRoundingRule = .down
  ) -> Picture {
    precondition(newWidth > 0 && newHeight > 0 && Self.isWithinLimit(width: newWidth, height: newHeight))
    if newWidth == width && newHeight == height { return self }
    let left = Int((Double(width - newWidth) / 2).rounded(rounding))
    let top = Int((Double(height - newHeight) / 2).rounded(rounding))
    let columns = max(-left, 0)..<min(width - left, newWidth)
    var cropped = [UInt8](repeating: 0, count: newWidth * newHeight * 3)
    for row in max(-top, 0)..<min(height - top, newHeight) {
      let source = ((row + top) * width + columns.lowerBound + left) * 3
      let target = (row * newWidth + columns.lowerBound) * 3
      let count = columns.count * 3
      cropped[target..<target + count] = bytes[source..<source + count]
    }
    return Picture(width: newWidth, height: newHeight, bytes: cropped)
  }
}
