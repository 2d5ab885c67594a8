/// The type of a tensor's elements. The raw value is its name in a safetensors header; all are little-endian.
package enum ElementType: String, CaseIterable, Sendable {
  case f64 = "F64"
  case f32 = "F32"
  case f16 = "F16"
  case bf16 = "BF16"
  case i64 = "I64"
  case i32 = "I32"
  case i16 = "I16"
  case i8 = "I8"
  case u64 = "U64"
  case u32 = "U32"
  case u16 = "U16"
  case u8 = "U8"
  case bool = "BOOL"

  /// The size of one element, in bytes.
  package var byteWidth: Int {
    switch self {
    case .f64, .i64, .u64: 8
    case .f32, .i32, .u32: 4
    case .f16, .bf16, .i16, .u16: 2
    case .i8, .u8, .bool: 1
    }
  }

  package var isFloatingPoint: Bool {
    switch self {
    case .f64, .f32, .f16, .bf16: true
    case .i64, .i32, .i16, .i8, .u64, .u32, .u16, .u8, .bool: false
    }
  }

  /// The size of a tensor of this type, in bytes; nil where it exceeds `Int`.
  ///
  /// So it does where the other dimensions of an empty tensor do: whoever multiplies some of them, such as the columns of
  /// [0, 2⁶², 4], must not overflow. The reference implementation multiplies from left to right, and takes this one.
  ///
  /// - Precondition: no negative dimension.
  package func byteCount(shape: [Int]) -> Int? {
    var product = byteWidth
    for factor in shape where factor != 0 {
      precondition(factor > 0, "negative dimension in \(shape)")
      let (value, overflows) = product.multipliedReportingOverflow(by: factor)
      if overflows { return nil }
      product = value
    }
    return shape.contains(0) ? 0 : product
  }
}
