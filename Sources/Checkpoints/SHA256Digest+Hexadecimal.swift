import Crypto

extension SHA256Digest {
  /// In lower case, 64 digits.
  package var hexadecimal: String {
    map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}
