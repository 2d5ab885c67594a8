import Testing

@testable import Launch

@Suite struct ComplaintTests {
  @Test func everyLineHasTheProgramsName() {
    let speaker = Complaint.speaker
    #expect(Complaint.text("one\ntwo é\n") == "\(speaker): one\n\(speaker): two é\n")
  }

  /// What a file says must not clear the screen, or pass for another line.
  @Test func controlCharactersAreShownAndNotSent() {
    let text = Complaint.text("the label '\u{1B}[2J\u{7}\r\u{9B}31m' is none")
    #expect(text.hasSuffix(#": the label '\u{1B}[2J\u{07}\r\u{009B}31m' is none"# + "\n"), "\(text)")
  }
}
