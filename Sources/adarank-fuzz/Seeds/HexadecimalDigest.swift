import Crypto

/// The SHA-256 of some bytes after others, in lower-case hexadecimal.
func sha256(_ parts: [[UInt8]]) -> String {
  SHA256.hash(data: Array(parts.joined())).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
}
