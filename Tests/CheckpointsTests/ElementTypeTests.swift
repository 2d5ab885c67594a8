import Testing

@testable import Checkpoints

@Suite struct ElementTypeTests {
  private func decode(_ bytes: [UInt8], as type: ElementType) -> [Float] {
    var floats = [Float](repeating: -1, count: bytes.count / type.byteWidth)
    bytes.withUnsafeBytes { bytes in
      floats.withUnsafeMutableBufferPointer { type.decode(bytes, into: $0) }
    }
    return floats
  }

  private func encode(_ floats: [Float], as type: ElementType) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xAA, count: floats.count * type.byteWidth)
    bytes.withUnsafeMutableBytes { bytes in
      floats.withUnsafeBufferPointer { type.encode($0, into: bytes) }
    }
    return bytes
  }

  private func encode16(_ floats: [Float], as type: ElementType) -> [UInt16] {
    encode(floats, as: type).withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 2).map { bytes.loadUnaligned(fromByteOffset: $0, as: UInt16.self) }
    }
  }

  private let allPatterns = Array(UInt16.min...UInt16.max)

  private func bytes(_ patterns: [UInt16]) -> [UInt8] { patterns.withUnsafeBytes { Array($0) } }

  @Test func widths() {
    #expect(ElementType.allCases.map(\.byteWidth) == [8, 4, 2, 2, 8, 4, 2, 1, 8, 4, 2, 1, 1])
    #expect(ElementType.allCases.filter(\.isFloatingPoint) == [.f64, .f32, .f16, .bf16])
  }

  @Test func byteCountIsChecked() {
    #expect(ElementType.f32.byteCount(shape: []) == 4)
    #expect(ElementType.f32.byteCount(shape: [3, 5]) == 60)
    #expect(ElementType.f32.byteCount(shape: [3, 0]) == 0)
    #expect(ElementType.u8.byteCount(shape: [.max]) == .max)
    #expect(ElementType.u16.byteCount(shape: [.max]) == nil)
    #expect(ElementType.u8.byteCount(shape: [1 << 62, 4, 0]) == nil)
    #expect(ElementType.u8.byteCount(shape: [0, 1 << 62, 4]) == nil)
    #expect(ElementType.f32.byteCount(shape: [0, 1 << 61]) == nil)
    #expect(ElementType.u8.byteCount(shape: [0, .max]) == 0)
  }

  @Test func everyF16IsDecodedExactly() {
    for (pattern, float) in zip(allPatterns, decode(bytes(allPatterns), as: .f16)) {
      let expected = Float(Float16(bitPattern: pattern))
      #expect(float.bitPattern == expected.bitPattern || (float.isNaN && expected.isNaN), "pattern \(pattern)")
    }
  }

  @Test func everyBF16IsDecodedExactly() {
    for (pattern, float) in zip(allPatterns, decode(bytes(allPatterns), as: .bf16)) {
      #expect(float.bitPattern == UInt32(pattern) << 16)
    }
  }

  @Test(arguments: [ElementType.f16, .bf16])
  func everyPatternSurvivesDecodingAndEncoding(type: ElementType) {
    let floats = decode(bytes(allPatterns), as: type)
    let encoded = encode16(floats, as: type)
    for (index, pattern) in allPatterns.enumerated() where encoded[index] != pattern {
      // The quiet bit of a NaN may change, being a NaN may not.
      #expect(floats[index].isNaN && decode(bytes([encoded[index]]), as: type)[0].isNaN, "pattern \(pattern)")
    }
  }

  @Test func f16RoundsToNearestEven() {
    let expected: [(Float, UInt16)] = [
      (1, 0x3C00), (-2, 0xC000), (0, 0), (-0.0, 0x8000),
      (1 + 0x1p-11, 0x3C00), (1 + 0x3p-11, 0x3C02), (1 + 0x1p-11 + 0x1p-20, 0x3C01),
      (65504, 0x7BFF), (65519.996, 0x7BFF), (65520, 0x7C00), (-1e10, 0xFC00), (.infinity, 0x7C00),
      (0x1p-24, 0x0001), (0x1p-25, 0x0000), (0x1.8p-24, 0x0002), (0x1.8p-25, 0x0001), (0x1p-14, 0x0400),
      (1e-30, 0x0000), (1 / 3, 0x3555), (.pi, 0x4248),
    ]
    #expect(encode16(expected.map(\.0), as: .f16) == expected.map(\.1))
  }

  @Test func bf16RoundsToNearestEven() {
    let expected: [(Float, UInt16)] = [
      (1, 0x3F80), (-2, 0xC000), (0, 0), (-0.0, 0x8000),
      (1 + 0x1p-8, 0x3F80), (1 + 0x3p-8, 0x3F82), (1 + 0x1p-8 + 0x1p-20, 0x3F81),
      (.greatestFiniteMagnitude, 0x7F80), (-.greatestFiniteMagnitude, 0xFF80), (.infinity, 0x7F80),
      (Float(bitPattern: 0x7F7F_7FFF), 0x7F7F), (Float(bitPattern: 0x0000_8001), 0x0001),
      (Float(bitPattern: 0x0000_8000), 0x0000), (1 / 3, 0x3EAB), (.pi, 0x4049),
    ]
    #expect(encode16(expected.map(\.0), as: .bf16) == expected.map(\.1))
  }

  @Test(arguments: [0x7F80_0001, 0x7FBF_FFFF, 0x7FC0_0000, 0x7FFF_FFFF, 0xFF80_0001, 0xFFFF_FFFF] as [UInt32])
  func aNaNRemainsANaN(bits: UInt32) {
    for type in [ElementType.f16, .bf16, .f32, .f64] {
      #expect(decode(encode([Float(bitPattern: bits)], as: type), as: type)[0].isNaN, "\(type)")
    }
  }

  @Test func f64IsRoundedOnDecodingAndExactOnEncoding() {
    let doubles: [Double] = [1, 1 + 0x1p-24, 1 + 0x3p-24, 1e300, -1e300, 0x1p-1060, .pi, 3, 4]
    let decoded = decode(doubles.withUnsafeBytes { Array($0) }, as: .f64)
    #expect(decoded == doubles.map { Float($0) })
    #expect(encode([0.1, -7], as: .f64) == [Double(Float(0.1)), -7].withUnsafeBytes { Array($0) })
  }

  @Test(arguments: [ElementType.f64, .f32, .f16, .bf16])
  func everyCountUpToThreeGroupsIsConvertedAndNothingBeyond(type: ElementType) {
    for count in 0...24 {
      let floats = (0..<count).map { Float($0) - 3 }
      var target = [UInt8](repeating: 0xAA, count: (count + 1) * type.byteWidth)
      target.withUnsafeMutableBytes { target in
        let part = UnsafeMutableRawBufferPointer(rebasing: target[..<(count * type.byteWidth)])
        floats.withUnsafeBufferPointer { type.encode($0, into: part) }
      }
      #expect(target.suffix(type.byteWidth).allSatisfy { $0 == 0xAA })
      #expect(decode(Array(target.dropLast(type.byteWidth)), as: type) == floats)
    }
  }

  @Test(arguments: [ElementType.f64, .f32, .f16, .bf16])
  func whatIsNotFiniteIsFound(type: ElementType) {
    func first(_ floats: [Float]) -> Int? { encode(floats, as: type).withUnsafeBytes { type.firstNonFinite(in: $0) } }
    #expect(first([]) == nil)
    #expect(first([0, -1, 65_504, 0x1p-24, -0.0]) == nil)
    for odd in [Float.infinity, -.infinity, .nan] { #expect(first([1, 2, odd, 3, odd]) == 2) }
    #expect(first([1, 70_000]) == (type == .f16 ? 1 : nil))
    #expect(first([.greatestFiniteMagnitude]) == (type == .f64 || type == .f32 ? nil : 0))
  }

  @Test func integersAreFinite() {
    for type in ElementType.allCases where !type.isFloatingPoint {
      #expect([UInt8](repeating: 0xFF, count: 16).withUnsafeBytes { type.firstNonFinite(in: $0) } == nil)
    }
  }
}
