import Testing

@testable import Tokenizers

@Suite struct CategorySetTests {
  @Test func namesOfOneLetterMeanAllOfThatLetter() {
    #expect(CategorySet(name: "N") == [CategorySet(name: "Nd")!, CategorySet(name: "Nl")!, CategorySet(name: "No")!])
    #expect(CategorySet(name: "X") == nil && CategorySet(name: "") == nil && CategorySet(name: "Latin") == nil)
  }

  @Test(
    arguments: [
      ("A", "Lu"), ("a", "Ll"), ("ǅ", "Lt"), ("ʰ", "Lm"), ("漢", "Lo"), ("\u{301}", "Mn"), ("\u{903}", "Mc"),
      ("\u{20DD}", "Me"), ("1", "Nd"), ("Ⅷ", "Nl"), ("½", "No"), ("_", "Pc"), ("-", "Pd"), ("(", "Ps"), (")", "Pe"),
      ("«", "Pi"), ("»", "Pf"), ("!", "Po"), ("+", "Sm"), ("$", "Sc"), ("^", "Sk"), ("©", "So"), (" ", "Zs"),
      ("\u{2028}", "Zl"), ("\u{2029}", "Zp"), ("\n", "Cc"), ("\u{AD}", "Cf"), ("\u{E000}", "Co"), ("\u{378}", "Cn"),
    ] as [(Unicode.Scalar, String)])
  func eachCategoryHasItsName(scalar: Unicode.Scalar, name: String) {
    #expect(CategorySet(scalar.properties.generalCategory) == CategorySet(name: name))
    #expect(ScalarProperties(of: scalar).category == CategorySet(name: name))
  }
}
