import Testing

@testable import Pictures

@Suite struct PictureCropTests {
  /// A picture whose red is the column and green the row, both from 1.
  private func numbered(_ width: Int, _ height: Int) -> Picture {
    var pixels: [UInt8] = []
    for row in 0..<height {
      for column in 0..<width { pixels += [UInt8(column + 1), UInt8(row + 1), 9] }
    }
    return Picture(width: width, height: height, bytes: pixels)
  }

  private func columns(_ picture: Picture) -> [UInt8] { (0..<picture.width).map { picture.bytes[$0 * 3] } }
  private func rows(_ picture: Picture) -> [UInt8] {
    (0..<picture.height).map { picture.bytes[$0 * picture.width * 3 + 1] }
  }

  @Test func theOddPixelIsCutOffAtTheRightAndTheBottom() {
    let cropped = numbered(5, 6).croppedToMiddle(width: 2, height: 3)
    #expect(columns(cropped) == [2, 3])
    #expect(rows(cropped) == [2, 3, 4])
  }

  @Test func theOddPixelIsAddedAtTheLeftAndTheTop() {
    let cropped = numbered(2, 3).croppedToMiddle(width: 5, height: 6)
    #expect(cropped.bytes.count == 5 * 6 * 3)
    #expect(Array(cropped.bytes[2 * 5 * 3..<3 * 5 * 3]) == [0, 0, 0, 0, 0, 0, 1, 1, 9, 2, 1, 9, 0, 0, 0])
    #expect(cropped.bytes[..<30].allSatisfy { $0 == 0 } && cropped.bytes[75...].allSatisfy { $0 == 0 })
  }

  @Test func oneSideMayBeCutOffAndTheOtherAdded() {
    let cropped = numbered(7, 1).croppedToMiddle(width: 3, height: 2)
    #expect(cropped.bytes == [0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 1, 9, 4, 1, 9, 5, 1, 9])
  }

  /// Python: [round(n / 2) for n in (1, 3, 5)] == [0, 2, 2]
  @Test func theOddPixelMayBeCutOffAsByTorchvision() {
    for (width, first) in [(3, 1), (5, 3), (7, 3), (4, 2)] as [(Int, UInt8)] {
      let cropped = numbered(width, width).croppedToMiddle(width: 2, height: 2, rounding: .toNearestOrEven)
      #expect(columns(cropped) == [first, first + 1])
      #expect(rows(cropped) == [first, first + 1])
    }
  }

  @Test func theSameSizeIsTheSamePicture() {
    #expect(numbered(3, 4).croppedToMiddle(width: 3, height: 4) == numbered(3, 4))
  }
}
