/// One visible character for each byte, so that a vocabulary of bytes is a vocabulary of text.
///
/// The bytes that are printable in Latin-1 stand for themselves, the others are U+0100 and on, in order.
///
/// Source: Radford et al., Language Models are Unsupervised Multitask Learners (2019), section 2.2.
enum ByteAlphabet {
  /// The character of each byte. [256]
  static let scalars: [Unicode.Scalar] = {
    var scalars: [Unicode.Scalar] = []
    var next: UInt32 = 0x100
    for byte in UInt8.min...UInt8.max {
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF:
        scalars.append(Unicode.Scalar(byte))
      default:
        scalars.append(Unicode.Scalar(next)!)
        next += 1
      }
    }
    return scalars
  }()

  /// The pieces with each character replaced by those of its UTF-8 bytes.
  static func encode(_ pieces: PieceList) -> PieceList {
    var scalars: [Unicode.Scalar] = []
    var ranges: [Range<Int>] = []
    scalars.reserveCapacity(pieces.scalars.count * 2)
    ranges.reserveCapacity(pieces.ranges.count)
    for range in pieces.ranges {
      let start = scalars.count
      for scalar in pieces.scalars[range] {
        if scalar.isASCII {
          scalars.append(Self.scalars[Int(scalar.value)])
        } else {
          for byte in UTF8.encode(scalar)! { scalars.append(Self.scalars[Int(byte)]) }
        }
      }
      ranges.append(start..<scalars.count)
    }
    return PieceList(scalars, ranges: ranges)
  }
}
