import Crypto

/// The SHA-256 of some bytes after others, in lower-case hexadecimal.
func sha256(_ parts: [[UInt8]]) -> String {
  SHA256.hash(data: Array(parts.joined())).hexadecimal
}
