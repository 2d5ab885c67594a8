extension ElementType {
  /// The type by the name of PyTorch's storage class or `dtype`; nil for one that is not read.
  init?(pyTorchName name: String) {
    guard let type = Self.pyTorchNames[name] else { return nil }
    self = type
  }

  private static let pyTorchNames: [String: ElementType] = [
    "torch.DoubleStorage": .f64, "torch.FloatStorage": .f32, "torch.HalfStorage": .f16,
    "torch.BFloat16Storage": .bf16, "torch.LongStorage": .i64, "torch.IntStorage": .i32,
    "torch.ShortStorage": .i16, "torch.CharStorage": .i8, "torch.ByteStorage": .u8, "torch.BoolStorage": .bool,

    "torch.float64": .f64, "torch.float32": .f32, "torch.float16": .f16, "torch.bfloat16": .bf16,
    "torch.int64": .i64, "torch.int32": .i32, "torch.int16": .i16, "torch.int8": .i8,
    "torch.uint64": .u64, "torch.uint32": .u32, "torch.uint16": .u16, "torch.uint8": .u8, "torch.bool": .bool,
  ]
}
