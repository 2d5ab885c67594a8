/// The bytes of a safetensors file: the header's true length, the header as it is, and the data.
func fileBytes(_ header: String, data: [UInt8] = []) -> [UInt8] {
  fileBytes(Array(header.utf8), data: data)
}

func fileBytes(_ header: [UInt8], data: [UInt8] = []) -> [UInt8] {
  fileBytes(length: UInt64(header.count), header, data: data)
}

/// The bytes of a file whose header claims any length.
func fileBytes(length: UInt64, _ header: [UInt8], data: [UInt8] = []) -> [UInt8] {
  (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + header + data
}
