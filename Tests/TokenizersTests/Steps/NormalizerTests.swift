import Testing

@testable import Tokenizers

@Suite struct NormalizerTests {
  private func normalize(_ text: String, _ normalizer: Normalizer) -> [Unicode.Scalar] {
    normalizer.normalize(Array(text.unicodeScalars))
  }

  private func scalars(_ text: String) -> [Unicode.Scalar] { Array(text.unicodeScalars) }

  @Test func lowercase() {
    #expect(normalize("AÉİΣ ẞ", .lowercase) == scalars("aéi\u{307}σ ß"))
  }

  @Test func replace() {
    #expect(normalize("a \t b ", .replace(.whitespace, with: ["_"])) == scalars("a_b_"))
    #expect(normalize("aaa", .replace(Pattern([.text(["a", "a"])]), with: [])) == scalars("a"))
  }

  @Test func prepend() {
    #expect(normalize("a", .prepend(["_"])) == scalars("_a"))
    #expect(normalize("", .prepend(["_"])) == [])
  }

  @Test func stepsFollowEachOther() {
    #expect(normalize("É", .sequence([.form(.decomposed), .stripAccents, .lowercase])) == scalars("e"))
  }

  @Test func bert() {
    let plain = BertNormalizer(cleansText: true, isolatesIdeographs: true, stripsAccents: false, lowercases: false)
    #expect(plain.normalize(scalars("a\t\u{0}b\u{B}\u{AD}\u{FFFD}c\u{2028}d\u{3000}")) == scalars("a bc d "))
    // A format character of Unicode 9 and an unassigned one.
    #expect(plain.normalize(scalars("a\u{8E2}\u{378}")) == scalars("a\u{8E2}\u{378}"))
    #expect(plain.normalize(scalars("a漢字É")) == scalars("a 漢  字 É"))
    let strict = BertNormalizer(cleansText: false, isolatesIdeographs: false, stripsAccents: true, lowercases: true)
    #expect(strict.normalize(scalars("É\u{0}漢Ö")) == scalars("e\u{0}漢o"))
  }

  @Test func accentsGoWhereLettersBecomeSmallUnlessTheFilesSayOtherwise() {
    for lowercases in [true, false] {
      #expect(BertNormalizer(lowercases: lowercases).stripsAccents == lowercases)
      #expect(!BertNormalizer(stripsAccents: false, lowercases: lowercases).stripsAccents)
    }
  }

  @Test func properties() {
    let nested = Normalizer.sequence([.form(.composed), .sequence([.bert(BertNormalizer(lowercases: true))])])
    #expect(nested.lowercases && nested.stripsAccents && nested.isolatesIdeographs)
    #expect(Normalizer.clip.lowercases && !Normalizer.clip.stripsAccents && !Normalizer.clip.isolatesIdeographs)
    #expect(Normalizer.stripAccents.stripsAccents && !Normalizer.stripAccents.lowercases)
  }

  @Test func accents() {
    #expect(normalize("e\u{301}a\u{903}\u{111C9}\u{1CF2}", .stripAccents) == scalars("ea\u{111C9}"))
    #expect(Accents.isBertAccent("\u{301}") && Accents.isBertAccent("\u{1734}") && !Accents.isBertAccent("\u{1885}"))
    // A mark of Unicode 10.
    #expect(!Accents.isBertAccent("\u{1DF6}") && !Accents.isAccent("\u{1DF6}"))
  }
}
