import Glibc

/// How a picture's size is changed. The numbers are Pillow's, and those of `resample` in preprocessor files.
package enum ResamplingFilter: Int, CaseIterable, Sendable {
  case nearest = 0
  case lanczos = 1
  case bilinear = 2
  case bicubic = 3
  case box = 4
  case hamming = 5

  /// How far the kernel reaches to each side; 0 for `nearest`, which has none.
  var support: Double {
    switch self {
    case .nearest: 0
    case .box: 0.5
    case .bilinear, .hamming: 1
    case .bicubic: 2
    case .lanczos: 3
    }
  }

  /// The kernel at a distance of `x` pixels, not scaled to a sum of 1.
  ///
  ///     box       1                                     −½ < x ≤ ½
  ///     bilinear  1 − |x|                               |x| < 1
  ///     hamming   sinc(x) · (0.54 + 0.46 cos πx)        |x| < 1
  ///     bicubic   (a + 2)|x|³ − (a + 3)|x|² + 1         |x| < 1,   a = −½
  ///               a|x|³ − 5a|x|² + 8a|x| − 4a           |x| < 2
  ///     lanczos   sinc(x) · sinc(x / 3)                 −3 ≤ x < 3
  ///
  /// Source: R. Keys, Cubic convolution interpolation for digital image processing (1981), for bicubic.
  func weight(_ x: Double) -> Double {
    let distance = abs(x)
    switch self {
    case .nearest:
      return 0
    case .box:
      return x > -0.5 && x <= 0.5 ? 1 : 0
    case .bilinear:
      return distance < 1 ? 1 - distance : 0
    case .hamming:
      // Pillow's constants are of single precision, which shows in the last of the fixed point's bits.
      return distance < 1 ? sinc(distance) * (Double(0.54 as Float) + Double(0.46 as Float) * cos(distance * .pi)) : 0
    case .bicubic:
      let a = -0.5
      if distance < 1 { return ((a + 2) * distance - (a + 3)) * distance * distance + 1 }
      return distance < 2 ? (((distance - 5) * distance + 8) * distance - 4) * a : 0
    case .lanczos:
      return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0
    }
  }
}

/// sin(πx) / πx
private func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(x * .pi) / (x * .pi) }
