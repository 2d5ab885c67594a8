import Testing

@testable import Pictures

@Suite struct PictureResizeTests {
  @Test(arguments: PictureFixtures.answers("resized.json"))
  func theBytesAreThoseOfPillow(answer: PictureFixtures.Answer) throws {
    let filter = try #require(answer.filter.flatMap(ResamplingFilter.init))
    let picture = try Picture(contentsOf: PictureFixtures.path(answer.file))
    let resized = picture.resized(width: answer.width, height: answer.height, filter: filter)
    #expect(difference(resized, answer.picture) == (0, 0))
  }

  @Test func theSameSizeIsTheSamePicture() throws {
    let picture = try Picture(contentsOf: PictureFixtures.path("rgb.png"))
    for filter in ResamplingFilter.allCases {
      #expect(picture.resized(width: picture.width, height: picture.height, filter: filter) == picture)
    }
  }

  /// Of 14 pixels, the third of 5 lies on the border of two, at 2.5 · 2.8 = 7; Pillow's sum of steps stays below it.
  @Test func theNearestPixelIsThatOfPillowsRounding() {
    let picture = Picture(width: 14, height: 1, bytes: (0..<42).map { UInt8($0 / 3) })
    let resized = picture.resized(width: 5, height: 1, filter: .nearest)
    #expect(resized.bytes == [1, 4, 6, 9, 12].flatMap { [$0, $0, $0] as [UInt8] })
  }

  @Test func anEvenSurfaceStaysEven() {
    for (width, height) in [(1, 1), (3, 40), (40, 3), (17, 19)] {
      let pixels = [[UInt8]](repeating: [0, 128, 255], count: width * height).flatMap(\.self)
      let picture = Picture(width: width, height: height, bytes: pixels)
      for filter in ResamplingFilter.allCases {
        for (newWidth, newHeight) in [(1, 1), (5, 60), (60, 5), (11, 2)] {
          let resized = picture.resized(width: newWidth, height: newHeight, filter: filter)
          let expected = [[UInt8]](repeating: [0, 128, 255], count: newWidth * newHeight).flatMap(\.self)
          #expect(resized.bytes == expected)
        }
      }
    }
  }

  /// Kernels are symmetric; the box, which has two ends of different kind, is so where no end meets a pixel's middle.
  @Test func mirroredPicturesGiveMirroredPictures() throws {
    let picture = try Picture(contentsOf: PictureFixtures.path("rgb.png"))
    for filter in [ResamplingFilter.bilinear, .bicubic, .lanczos, .hamming] {
      let resized = picture.resized(width: 10, height: 12, filter: filter)
      let other = picture.mirrored.resized(width: 10, height: 12, filter: filter)
      #expect(difference(resized.mirrored, other).largest <= 1)
    }
  }
}

extension Picture {
  fileprivate var mirrored: Picture {
    var pixels: [UInt8] = []
    for row in 0..<height {
      for column in (0..<width).reversed() {
        let pixel = (row * width + column) * 3
        pixels += bytes[pixel..<pixel + 3]
      }
    }
    return Picture(width: width, height: height, bytes: pixels)
  }
}
