import Foundation

/// A colour of the sRGB space.
struct Colour: Equatable, Sendable {
  /// In 0 ... 1.
  let red: Double
  let green: Double
  let blue: Double

  static let black = Colour(0x000000)
  static let white = Colour(0xffffff)

  init(red: Double, green: Double, blue: Double) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// - Parameter hex: `0xRRGGBB`.
  init(_ hex: UInt32) {
    func part(_ shift: UInt32) -> Double { Double((hex >> shift) & 0xff) / 255 }
    self.init(red: part(16), green: part(8), blue: part(0))
  }

  /// As CSS writes it: `#0072b2`.
  var css: String {
    func byte(_ part: Double) -> Int { Int((255 * part).rounded()) }
    return String(format: "#%02x%02x%02x", byte(red), byte(green), byte(blue))
  }

  /// 0 for black, 1 for white.
  ///
  /// Source: WCAG 2.2, relative luminance.
  var luminance: Double {
    func linear(_ part: Double) -> Double { part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4) }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// (L₁ + 0.05) / (L₂ + 0.05), L₁ the lighter one's luminance: 1 ... 21.
  ///
  /// Source: WCAG 2.2, contrast ratio.
  func contrast(with other: Colour) -> Double {
    let (lighter, darker) = (max(luminance, other.luminance), min(luminance, other.luminance))
    return (lighter + 0.05) / (darker + 0.05)
  }

  /// - Parameter share: of the other colour, in 0 ... 1.
  func mixed(with other: Colour, share: Double) -> Colour {
    func mix(_ part: KeyPath<Colour, Double>) -> Double {
      (1 - share) * self[keyPath: part] + share * other[keyPath: part]
    }
    return Colour(red: mix(\.red), green: mix(\.green), blue: mix(\.blue))
  }

  /// Black or white, whichever is read better on this colour: the contrast is 4.58 at least.
  var ink: Colour { contrast(with: .black) >= contrast(with: .white) ? .black : .white }
}
