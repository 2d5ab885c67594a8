import CJPEG

extension Picture {
  /// Decodes a JPEG file.
  ///
  /// - Parameter bytes: the file, whose header says `header` and `components`.
  init(jpeg bytes: [UInt8], header: PictureHeader, components: Int, path: String) throws(PictureError) {
    // The decoder would fill what is missing with grey.
    guard JPEGSegments(bytes).contains(where: \.isEnd) else { throw .cutOff(path: path, format: .jpeg) }
    guard let decoder = tjInitDecompress() else {
      throw .damaged(path: path, format: .jpeg, reason: String(cString: tjGetErrorStr2(nil)))
    }
    defer { tjDestroy(decoder) }
    let isCMYK = components == 4
    let channels = isCMYK ? 4 : 3
    let format = isCMYK ? TJPF_CMYK : TJPF_RGB
    let (width, height) = (Int32(header.width), Int32(header.height))
    let count = header.width * header.height * channels
    var problem: String?
    var pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      let start = buffer.baseAddress!
      let decode = { (flags: Int32) -> String? in
        // With the size given, the decoder writes no larger picture, whatever it finds in the file.
        let result = tjDecompress2(
          decoder, bytes, UInt(bytes.count), start, width, width * Int32(channels), height, format.rawValue,
          TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS | flags)
        return result == 0 ? nil : String(cString: tjGetErrorStr2(decoder))
      }
      problem = decode(0)
      // Damage that leaves a whole picture is a warning, and passed over as Pillow passes over it. An error counts as
      // a warning too where one came before it, but then the text is the error's, and not the first warning's.
      if problem != nil, tjGetErrorCode(decoder) == TJERR_WARNING.rawValue, decode(TJFLAG_STOPONWARNING) == problem {
        problem = nil
      }
      filled = problem == nil ? count : 0
    }
    if let problem { throw .damaged(path: path, format: .jpeg, reason: problem) }
    if isCMYK { convertInvertedCMYK(&pixels) }
    self.init(width: header.width, height: header.height, bytes: pixels)
  }
}

/// [n, 4] of cyan, magenta, yellow and black to [n, 3] of RGB, in place.
///
///     R = K̄ − round((255 − C̄) · K̄ / 255),   likewise G of M̄ and B of Ȳ
///
/// Files keep the four inverted, C̄ = 255 − C, as Adobe's programs began to do; so Pillow takes them all.
private func convertInvertedCMYK(_ pixels: inout [UInt8]) {
  let count = pixels.count / 4
  pixels.withUnsafeMutableBufferPointer { pixels in
    for index in 0..<count {
      let black = Int(pixels[index * 4 + 3])
      for channel in 0..<3 {
        let ink = 255 - Int(pixels[index * 4 + channel])
        pixels[index * 3 + channel] = UInt8(black - (ink * black + 127) / 255)
      }
    }
  }
  pixels.removeLast(count)
}
