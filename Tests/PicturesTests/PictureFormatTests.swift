import Testing

@testable import Pictures

@Suite struct PictureFormatTests {
  private func type(_ bytes: [UInt8]) -> PictureError? {
    #expect(throws: PictureError.self) { try PictureFormat(bytes, path: "f") }
  }

  @Test func bothFormatsAreTold() throws {
    for name in PictureFixtures.pictures {
      #expect(try PictureFormat(PictureFixtures.bytes(name), path: "f") == (name.hasSuffix("png") ? .png : .jpeg))
    }
  }

  @Test func anEmptyFileIsEmpty() { #expect(type([]) == .empty(path: "f")) }

  @Test func theBeginningOfASignatureIsCutOff() {
    #expect(type([0xFF, 0xD8]) == .cutOff(path: "f", format: .jpeg))
    #expect(type(Array(PictureFormat.png.signature.prefix(7))) == .cutOff(path: "f", format: .png))
  }

  @Test(arguments: [
    ("GIF89a\u{1}\0", "a GIF"), ("RIFF\u{8}\u{9}\0\0WEBPVP8 ", "a WebP"), ("II*\0\u{8}\0", "a TIFF"),
    ("BM\u{36}\0\0\0", "a BMP"), ("\0\0\0\u{1C}ftypavif", "an AVIF"), ("\0\0\0\u{18}ftypheic", "a HEIC"),
    ("%PDF-1.7\n", "a PDF"), ("<!DOCTYPE html>\n<html>", "an HTML page"), ("BMW drives by", "a text file"),
    ("version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer in the place of the file"),
  ]) func otherTypesAreNamed(content: String, name: String) {
    #expect(type(Array(content.utf8)) == .neitherPNGNorJPEG(path: "f", type: name))
  }

  @Test func whatIsUnknownIsNotGuessed() {
    #expect(type([0, 1, 2, 3, 4]) == .neitherPNGNorJPEG(path: "f", type: nil))
    // A line end changed on the way.
    #expect(type([0x89, 0x50, 0x4E, 0x47, 0x0A, 0x1A, 0x0A, 0]) == .neitherPNGNorJPEG(path: "f", type: nil))
  }
}
