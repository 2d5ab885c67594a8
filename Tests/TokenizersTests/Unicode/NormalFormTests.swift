import Testing

@testable import Tokenizers

@Suite struct NormalFormTests {
  private func normalize(_ text: String, _ form: NormalForm) -> String {
    String(String.UnicodeScalarView(form.normalize(Array(text.unicodeScalars))))
  }

  private func expect(_ text: String, _ form: NormalForm, _ expected: String) {
    #expect(normalize(text, form).unicodeScalars.elementsEqual(expected.unicodeScalars), "\(text.unicodeScalars)")
  }

  /// Examples of Unicode Standard Annex 15, figures 3 to 6.
  @Test func examplesOfTheStandard() {
    expect("\u{212B}\u{2126}", .composed, "\u{C5}\u{3A9}")
    expect("\u{1E69}", .decomposed, "s\u{323}\u{307}")
    expect("s\u{323}\u{307}", .composed, "\u{1E69}")
    expect("\u{1E0B}\u{323}", .composed, "\u{1E0D}\u{307}")
    expect("\u{FB01}2\u{2075}", .composed, "\u{FB01}2\u{2075}")
    expect("\u{FB01}2\u{2075}", .compatiblyDecomposed, "fi25")
    expect("\u{1E9B}\u{323}", .decomposed, "\u{17F}\u{323}\u{307}")
    expect("\u{1E9B}\u{323}", .compatiblyComposed, "\u{1E69}")
    expect("\u{D55C}", .decomposed, "\u{1112}\u{1161}\u{11AB}")
    expect("\u{1112}\u{1161}\u{11AB}", .composed, "\u{D55C}")
  }

  @Test func marksOfAnotherScriptDoNotKeepLettersApart() {
    expect("y\u{F80}\u{323}", .composed, "\u{1EF5}\u{F80}")
  }

  @Test func whatIsExcludedStaysApart() {
    expect("\u{958}q\u{344}q\u{F73}", .composed, "\u{915}\u{93C}q\u{308}\u{301}q\u{F71}\u{F72}")
  }

  @Test func laterCharactersAreLeftAlone() {
    // Assigned in Unicode 12.1 and 13.
    expect("\u{32FF}\u{11938}", .compatiblyDecomposed, "\u{32FF}\u{11938}")
    // A combining mark of Unicode 10 is none here.
    expect("a\u{1DF6}\u{316}", .decomposed, "a\u{1DF6}\u{316}")
  }

  @Test func marksOfACompositeAreOrderedWithTheOthers() {
    expect("q\u{344}\u{323}", .decomposed, "q\u{323}\u{308}\u{301}")
  }

  /// String's equality is canonical equivalence.
  @Test func formsKeepCanonicalEquivalence() {
    let scalars = (UInt32(0xA0)..<0x3400).compactMap(Unicode.Scalar.init).filter {
      ScalarProperties(of: $0).version <= NormalForm.version
    }
    let unequal = scalars.filter { scalar in
      let text: [Unicode.Scalar] = ["a", scalar, "\u{323}", "\u{301}"]
      let composed = NormalForm.composed.normalize(text)
      let decomposed = NormalForm.decomposed.normalize(text)
      return String(scalars: composed) != String(scalars: text)
        || NormalForm.composed.normalize(decomposed) != composed
        || NormalForm.decomposed.normalize(composed) != decomposed
    }
    #expect(unequal == [])
  }
}
