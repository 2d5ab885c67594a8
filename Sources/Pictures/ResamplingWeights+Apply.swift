extension ResamplingWeights {
  private typealias Sums = SIMD16<Int32>

  /// Half of the last bit that stays, so that cutting off rounds.
  private static var half: Int32 { 1 << Int32(fractionBits - 1) }

  /// Makes a line of pixels of another.
  ///
  /// - Parameters:
  ///   - line: [m, 3], and one byte more, which may be anything.
  ///   - result: [n, 3].
  func apply(toPixelsOf line: UnsafePointer<UInt8>, into result: UnsafeMutablePointer<UInt8>) {
    let line = UnsafeRawPointer(line)
    values.withUnsafeBufferPointer { values in
      var target = result
      for window in windows {
        var sums = SIMD4<Int32>(repeating: Self.half)
        var pixel = line + window.first * 3
        for index in window.weights {
          let channels = SIMD4<Int32>(truncatingIfNeeded: pixel.loadUnaligned(as: SIMD4<UInt8>.self))
          sums &+= channels &* values[index]
          pixel += 3
        }
        let bytes = (sums &>> Int32(Self.fractionBits)).clamped(
          lowerBound: SIMD4(repeating: 0), upperBound: SIMD4(repeating: 255))
        target[0] = UInt8(truncatingIfNeeded: bytes[0])
        target[1] = UInt8(truncatingIfNeeded: bytes[1])
        target[2] = UInt8(truncatingIfNeeded: bytes[2])
        target += 3
      }
    }
  }

  /// Makes one line of several.
  ///
  /// - Parameters:
  ///   - lines: [m, stride].
  ///   - index: which of the n lines to make.
  ///   - result: [stride].
  func apply(
    toLinesOf lines: UnsafePointer<UInt8>, stride: Int, at index: Int, into result: UnsafeMutablePointer<UInt8>
  ) {
    let window = windows[index]
    values.withUnsafeBufferPointer { values in
      let values = values[window.weights]
      let first = lines + window.first * stride
      var column = 0
      while column + Sums.scalarCount <= stride {
        var sums = Sums(repeating: Self.half)
        var source = UnsafeRawPointer(first + column)
        for value in values {
          sums &+= Sums(truncatingIfNeeded: source.loadUnaligned(as: SIMD16<UInt8>.self)) &* value
          source += stride
        }
        let bytes = (sums &>> Int32(Self.fractionBits)).clamped(
          lowerBound: Sums(repeating: 0), upperBound: Sums(repeating: 255))
        UnsafeMutableRawPointer(result + column).storeBytes(
          of: SIMD16<UInt8>(truncatingIfNeeded: bytes), as: SIMD16<UInt8>.self)
        column += Sums.scalarCount
      }
      while column < stride {
        var sum = Self.half
        var source = first + column
        for value in values {
          sum &+= Int32(source.pointee) &* value
          source += stride
        }
        result[column] = UInt8(clamping: sum &>> Int32(Self.fractionBits))
        column += 1
      }
    }
  }
}
