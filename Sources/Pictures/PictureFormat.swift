/// The formats that are read.
package enum PictureFormat: String, Sendable {
  case png = "PNG"
  case jpeg = "JPEG"

  /// The bytes that every file of the format begins with.
  var signature: [UInt8] {
    switch self {
    case .png: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    case .jpeg: [0xFF, 0xD8, 0xFF]
    }
  }

  /// The longest side that the format's library decodes, in pixels.
  var maximumSide: Int {
    switch self {
    case .png: 1_000_000
    case .jpeg: 65_500
    }
  }

  /// Tells the format by the first bytes. The name of a file says nothing.
  ///
  /// - Throws: `PictureError` where it is another, with its name if it is a common one.
  init(_ bytes: [UInt8], path: String) throws(PictureError) {
    guard !bytes.isEmpty else { throw .empty(path: path) }
    for format in [PictureFormat.png, .jpeg] {
      if bytes.starts(with: format.signature) {
        self = format
        return
      }
      if format.signature.starts(with: bytes) { throw .cutOff(path: path, format: format) }
    }
    throw .neitherPNGNorJPEG(path: path, type: otherType(bytes))
  }
}

/// What else is found where pictures should be: the bytes, where they are, and the name.
private let otherTypes: [(bytes: String, offset: Int, name: String)] = [
  ("GIF8", 0, "a GIF"), ("WEBP", 8, "a WebP"), ("II*\0", 0, "a TIFF"), ("MM\0*", 0, "a TIFF"),
  ("ftypavif", 4, "an AVIF"), ("ftyphei", 4, "a HEIC"), ("ftypmif1", 4, "a HEIC"), ("JXL ", 4, "a JPEG XL"),
  ("jP  ", 4, "a JPEG 2000"), ("8BPS", 0, "a Photoshop file"), ("%PDF", 0, "a PDF"), ("PK\u{3}\u{4}", 0, "a ZIP"),
  ("\u{1F}\u{8B}", 0, "a gzip file"), ("\0\0\u{1}\0", 0, "an ICO"), ("<svg", 0, "an SVG"), ("<?xml", 0, "an XML file"),
  ("<!DOCTYPE html", 0, "an HTML page"), ("<!doctype html", 0, "an HTML page"), ("<html", 0, "an HTML page"),
  ("version https://git-lfs", 0, "a Git LFS pointer in the place of the file"),
]

private func otherType(_ bytes: [UInt8]) -> String? {
  for (text, offset, name) in otherTypes
  where bytes.dropFirst(offset).starts(with: text.unicodeScalars.map { UInt8($0.value) }) { return name }
  let isText = bytes.prefix(256).allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }
  if isText { return "a text file" }
  // Words begin with these letters too.
  return bytes.starts(with: "BM".utf8) ? "a BMP" : nil
}
