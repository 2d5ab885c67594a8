import Glibc
import Testing

@testable import Pictures

@Suite struct PictureErrorTests {
  @Test(arguments: [
    (
      PictureError.system(path: "a.png", attempt: "open it", code: ENOENT),
      "could not open it: No such file or directory"
    ),
    (.neitherPNGNorJPEG(path: "a.png", type: "a GIF"), "is a GIF, not a PNG or JPEG file"),
    (.neitherPNGNorJPEG(path: "a.png", type: nil), "is neither a PNG nor a JPEG file"),
    (.empty(path: "a.png"), "is empty"),
    (
      .tooManyPixels(path: "a.png", width: 65_535, height: 65_535),
      "has 65535 × 65535 pixels, but at most 89478485 are read"
    ),
    (
      .unsupported(path: "a.png", kind: "a PNG of 16-bit grey"),
      "is a PNG of 16-bit grey, which this program does not read; convert it to an 8-bit RGB PNG or JPEG file"
    ),
    (
      .emptyClasses(path: "a.png", names: ["cat", "d\n"]),
      #"no .png, .jpg or .jpeg file in the folder of classes "cat", "d\n""#
    ),
    (.tooManyBytes(path: "a.png", byteCount: 1 << 30 + 1), "has 1073741825 bytes, but at most 1073741824 are read"),
    (
      .sideTooLong(path: "a.png", width: 65_501, height: 1, limit: 65_500),
      "has 65501 × 1 pixels, but a side may have at most 65500"
    ),
    (
      .noPictures(path: "a.png"),
      "holds neither pictures nor folders; name a folder with .png, .jpg or .jpeg files, or one with a folder of them"
        + " for each class, named like it"
    ),
    (
      .resizedTooLarge(path: "a.png", from: [1, 99], to: [9000, 891_000]),
      "has 1 × 99 pixels, and resized it would have 9000 × 891000, but at most 89478485 are allowed"
    ),
    (
      .wrongPreparedSize(path: "a.png", size: [10, 8], expected: [9, 9]),
      "has 10 × 8 pixels when it is prepared, but the model takes 9 × 9; the settings of its preparation are another"
        + " model's, or leave pictures their size"
    ),
    (.badSetting(path: "a.png", key: "size", reason: "is 0, not 1 to 9 pixels"), "size is 0, not 1 to 9 pixels"),
  ]) func errorsNameTheFileAndWhatIsWrong(error: PictureError, text: String) {
    #expect("\(error)" == "a.png: \(text)")
  }

  @Test func pathsStayOnTheirLineAndTellTheTerminalNothing() {
    let error = PictureError.empty(path: "é \\ 猫\n\u{1B}[2J\u{7F}\u{9B}\u{2028}")
    #expect("\(error)" == #"é \ 猫\n\u{1B}[2J\u{7F}\u{009B}\u{2028}: is empty"#)
  }
}
