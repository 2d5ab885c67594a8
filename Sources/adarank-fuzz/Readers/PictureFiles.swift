import CJPEG
import CPNG
import Pictures

/// PNG and JPEG files: their headers, their pixels, and how these are prepared for a model.
struct PictureFiles: FuzzedReader {
  let name = "picture"

  func seeds() throws -> [Seed] {
    func png(_ name: String, _ bytes: [UInt8]) -> Seed {
      Seed(name: name, files: [SeedFile("picture.png", bytes, .png)])
    }
    func jpeg(_ name: String, _ bytes: [UInt8]) -> Seed {
      Seed(name: name, files: [SeedFile("picture.png", bytes, .jpeg)])
    }
    let alpha = UInt32(PNG_FORMAT_FLAG_ALPHA)
    let (colour, linear) = (UInt32(PNG_FORMAT_FLAG_COLOR), UInt32(PNG_FORMAT_FLAG_LINEAR))
    return [
      png("RGB", try PictureBuilder.png(format: colour, channels: 3)),
      png("grey with alpha", try PictureBuilder.png(format: alpha, channels: 2)),
      png("16-bit RGB with alpha", try PictureBuilder.png(format: colour | alpha | linear, channels: 4)),
      png("palette", try PictureBuilder.palettePNG()),
      jpeg("RGB", try PictureBuilder.jpeg(TJPF_RGB, channels: 3, TJSAMP_420)),
      jpeg("progressive", try PictureBuilder.jpeg(TJPF_RGB, channels: 3, TJSAMP_444, isProgressive: true)),
      jpeg("grey", try PictureBuilder.jpeg(TJPF_GRAY, channels: 1, TJSAMP_GRAY)),
      jpeg("CMYK", try PictureBuilder.jpeg(TJPF_CMYK, channels: 4, TJSAMP_444)),
    ]
  }

  func read(_ folder: String) throws -> Digest {
    let path = "\(folder)/picture.png"
    let header = try PictureHeader(readingHeaderOf: path)
    let picture = try Picture(contentsOf: path)
    guard picture.width == header.width, picture.height == header.height,
      picture.bytes.count == 3 * picture.width * picture.height
    else { throw Violation("a picture of another size than its header says") }
    let file = try FileBytes.read(path)
    if let size = PictureSize(of: file), size != PictureSize(width: picture.width, height: picture.height) {
      throw Violation("\(picture.width) × \(picture.height) pixels were read, and the file says \(size)")
    }
    var digest = Digest()
    digest.add("\(picture.width) × \(picture.height)")
    picture.bytes.withUnsafeBytes { digest.add($0) }
    guard picture.bytes.count < 1 << 16 else { return digest }
    var preprocessing = PicturePreprocessing.clip
    (preprocessing.size, preprocessing.crop) = (.shortestEdge(16), .init(width: 12, height: 14))
    let prepared = try preprocessing.prepare(picture, path: path)
    prepared.bytes.withUnsafeBytes { digest.add($0) }
    return digest
  }

  /// A file may hold many pixels in few bytes, and what decodes a progressive one keeps numbers of all of them.
  func allowance(for file: [UInt8]) -> Int {
    guard let size = PictureSize(of: file) else { return 0 }
    let most = Picture.maximumPixelCount
    return min(min(size.width, most) * min(size.height, most), most) * 32
  }
}

/// What a file says of its size, found by the place of the bytes; nil where that takes a search.
private struct PictureSize: Equatable {
  let width: Int
  let height: Int

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  init?(of file: [UInt8]) {
    func number(_ offset: Int, _ width: Int) -> Int { file[offset..<offset + width].reduce(0) { $0 << 8 | Int($1) } }
    if file.starts(with: [0x89, 0x50]), file.count >= 24 {
      self.init(width: number(16, 4), height: number(20, 4))
      return
    }
    guard file.starts(with: [0xFF, 0xD8, 0xFF]) else { return nil }
    var start = 2
    while start + 9 <= file.count, file[start] == 0xFF {
      if [0xC0, 0xC1, 0xC2, 0xC9, 0xCA].contains(file[start + 1]) {
        self.init(width: number(start + 7, 2), height: number(start + 5, 2))
        return
      }
      // Only segments with a length, one right after the other.
      guard (0xC4...0xFE).contains(file[start + 1]), !(0xD0...0xDA).contains(file[start + 1]) else { return nil }
      start += 2 + number(start + 2, 2)
    }
    return nil
  }
}
