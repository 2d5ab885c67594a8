/// How a PNG file keeps its pixels.
struct PNGCoding: Equatable, Sendable {
  enum ColorType: UInt8, Sendable {
    case grey = 0
    case rgb = 2
    case palette = 3
    case greyAlpha = 4
    case rgbAlpha = 6

    /// Source: PNG specification, table 11.1.
    var bitDepths: [UInt8] {
      switch self {
      case .grey: [1, 2, 4, 8, 16]
      case .palette: [1, 2, 4, 8]
      case .rgb, .greyAlpha, .rgbAlpha: [8, 16]
      }
    }

    var channels: Int {
      switch self {
      case .grey, .palette: 1
      case .greyAlpha: 2
      case .rgb: 3
      case .rgbAlpha: 4
      }
    }
  }

  let colorType: ColorType
  /// Bits a channel, or of an index into the palette.
  let bitDepth: UInt8

  var hasAlpha: Bool { colorType == .greyAlpha || colorType == .rgbAlpha }
  var bitsPerPixel: Int { colorType.channels * Int(bitDepth) }
}
