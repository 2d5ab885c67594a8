extension Picture {
  /// The picture in another size, byte for byte as Pillow 13's `Image.resize` gives it.
  ///
  /// Lines and columns are resized one after the other, with bytes in between, and a side that keeps its length is
  /// left alone. The columns come first where the height falls by more than twice as much as the width. Pillow 12 and
  /// older begin with the lines always, which in such pictures makes some bytes differ, mostly by one.
  ///
  /// Cost: 3 · (height · width′ · m + height′ · width′ · n) multiplications, where m and n are the pixels under the
  /// kernel, twice its support where the picture grows.
  ///
  /// - Precondition: the new size has at least 1 and at most `maximumPixelCount` pixels.
  package func resized(width newWidth: Int, height newHeight: Int, filter: ResamplingFilter) -> Picture {
    precondition(newWidth > 0 && newHeight > 0 && Self.isWithinLimit(width: newWidth, height: newHeight))
    if newWidth == width && newHeight == height { return self }
    if filter == .nearest { return nearest(width: newWidth, height: newHeight) }
    if newHeight < height && height - newHeight > 2 * (width - newWidth) {
      return withHeight(newHeight, filter: filter).withWidth(newWidth, filter: filter)
    }
    return withWidth(newWidth, filter: filter).withHeight(newHeight, filter: filter)
  }

  private func withWidth(_ newWidth: Int, filter: ResamplingFilter) -> Picture {
    if newWidth == width { return self }
    let weights = ResamplingWeights(from: width, to: newWidth, filter: filter)
    let count = newWidth * height * 3
    let result = [UInt8](unsafeUninitializedCapacity: count) { result, filled in
      // A pixel is read as four bytes, and so one byte after the last is read.
      let line = UnsafeMutablePointer<UInt8>.allocate(capacity: width * 3 + 1)
      line.initialize(repeating: 0, count: width * 3 + 1)
      defer { line.deallocate() }
      bytes.withUnsafeBufferPointer { bytes in
        for row in 0..<height {
          line.update(from: bytes.baseAddress! + row * width * 3, count: width * 3)
          weights.apply(toPixelsOf: line, into: result.baseAddress! + row * newWidth * 3)
        }
      }
      filled = count
    }
    return Picture(width: newWidth, height: height, bytes: result)
  }

  private func withHeight(_ newHeight: Int, filter: ResamplingFilter) -> Picture {
    if newHeight == height { return self }
    let weights = ResamplingWeights(from: height, to: newHeight, filter: filter)
    let stride = width * 3
    let count = stride * newHeight
    let result = [UInt8](unsafeUninitializedCapacity: count) { result, filled in
      bytes.withUnsafeBufferPointer { bytes in
        for row in 0..<newHeight {
          weights.apply(
            toLinesOf: bytes.baseAddress!, stride: stride, at: row, into: result.baseAddress! + row * stride)
        }
      }
      filled = count
    }
    return Picture(width: width, height: newHeight, bytes: result)
  }

  /// Each pixel is the one at its place: the middle of a pixel counts.
  private func nearest(width newWidth: Int, height newHeight: Int) -> Picture {
    let columns = nearestIndices(from: width, to: newWidth)
    let rows = nearestIndices(from: height, to: newHeight)
    let count = newWidth * newHeight * 3
    let result = [UInt8](unsafeUninitializedCapacity: count) { result, filled in
      var position = 0
      for row in rows {
        for column in columns {
          let source = (row * width + column) * 3
          for channel in 0..<3 { result[position + channel] = bytes[source + channel] }
          position += 3
        }
      }
      filled = count
    }
    return Picture(width: newWidth, height: newHeight, bytes: result)
  }
}

/// The indices ⌊(i + ½) · m / n⌋, by adding up m / n as Pillow does: the rounding errors are part of the result.
private func nearestIndices(from source: Int, to target: Int) -> [Int] {
  let step = Double(source) / Double(target)
  var place = step / 2
  return (0..<target).map { _ in
    defer { place += step }
    return min(Int(place), source - 1)
  }
}
