/// How the elements of a tensor lie in its storage: the element at (i, j, …) is number
///
///     offset + i · strides[0] + j · strides[1] + …
///
/// Rows of a larger matrix, and a transposed one, are views of this kind.
struct StridedLayout: Equatable, Sendable {
  /// The most dimensions a tensor may have, here and in PyTorch.
  static let maximumDimensionCount = 64

  let shape: [Int]
  /// In elements, as is `offset`.
  let strides: [Int]
  let offset: Int

  /// Whether the elements follow one another in their order, last dimension fastest.
  ///
  /// - Precondition: as many strides as dimensions; the size fits `Int`.
  var isContiguous: Bool {
    if shape.contains(0) { return true }
    var expected = 1
    for (extent, stride) in zip(shape, strides).reversed() {
      if extent > 1, stride != expected { return false }
      expected *= extent
    }
    return true
  }

  /// The elements of the storage from the first to the last of the tensor; nil where numbers are negative, too
  /// large, or not as many strides as dimensions.
  var extent: Range<Int>? {
    guard shape.count == strides.count, offset >= 0, (shape + strides).allSatisfy({ $0 >= 0 }) else { return nil }
    if shape.contains(0) { return offset..<offset }
    var last = offset
    for (extent, stride) in zip(shape, strides) {
      let (distance, isTooFar) = (extent - 1).multipliedReportingOverflow(by: stride)
      let (sum, isTooLarge) = last.addingReportingOverflow(distance)
      if isTooFar || isTooLarge { return nil }
      last = sum
    }
    return last < .max ? offset..<last + 1 : nil
  }

  /// Copies some of the elements out of their storage, counted in the order of the tensor.
  ///
  /// - Parameters:
  ///   - width: the size of an element, in bytes: 1, 2, 4 or 8.
  ///   - extent: the bytes of the storage from the tensor's first element to its last.
  /// - Precondition: a valid layout; `elements` lie within the shape; `target` has their size.
  func gather(
    _ elements: Range<Int>, width: Int, from extent: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
  ) {
    precondition(target.count == elements.count * width, "\(target.count) bytes for \(elements.count) elements")
    switch width {
    case 1: gather(elements, of: UInt8.self, from: extent, into: target)
    case 2: gather(elements, of: UInt16.self, from: extent, into: target)
    case 4: gather(elements, of: UInt32.self, from: extent, into: target)
    case 8: gather(elements, of: UInt64.self, from: extent, into: target)
    default: preconditionFailure("no element has \(width) bytes")
    }
  }

  private func gather<Element: BitwiseCopyable>(
    _ elements: Range<Int>, of type: Element.Type, from extent: UnsafeRawBufferPointer,
    into target: UnsafeMutableRawBufferPointer
  ) {
    let width = MemoryLayout<Element>.size
    let (rowLength, rowStride) = (shape.last ?? 1, strides.last ?? 1)
    var copied = 0
    while copied < elements.count {
      let (row, column) = (elements.lowerBound + copied).quotientAndRemainder(dividingBy: rowLength)
      let count = min(rowLength - column, elements.count - copied)
      var place = self.place(ofRow: row) + column * rowStride
      for index in copied..<copied + count {
        let element = extent.loadUnaligned(fromByteOffset: place * width, as: type)
        target.storeBytes(of: element, toByteOffset: index * width, as: type)
        place += rowStride
      }
      copied += count
    }
  }

  /// Where a row along the last dimension begins, in elements from the first one.
  private func place(ofRow row: Int) -> Int {
    var (place, rest) = (0, row)
    for (extent, stride) in zip(shape.dropLast(), strides.dropLast()).reversed() {
      let (quotient, index) = rest.quotientAndRemainder(dividingBy: extent)
      place += index * stride
      rest = quotient
    }
    return place
  }
}
