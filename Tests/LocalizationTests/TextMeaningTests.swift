import Localization
import Testing

/// Texts that mean the same in two notations, and texts that do not.
struct TextMeaningTests {
  private static func meaning(
    _ value: TextVariation, _ substitutions: [String: LocalizedText.Substitution] = [:]
  )
    -> TextMeaning
  {
    TextMeaning(LocalizedText(value: value, substitutions: substitutions), key: "K")
  }

  private static func plural(_ one: String, _ other: String) -> TextVariation {
    .plural([.one: .unit(StringUnit(one)), .other: .unit(StringUnit(other))])
  }

  @Test func theNameOfAVariableDoesNotCount() {
    func named(_ name: String) -> TextMeaning {
      Self.meaning(
        .unit(StringUnit("%#@\(name)@ left")),
        [name: .init(argument: 1, specifier: "lld", value: Self.plural("%arg day", "%arg days"))])
    }
    #expect(named("days") == named("d"))
  }

  @Test func aVariableAloneIsItsForms() {
    let alone = Self.meaning(
      .unit(StringUnit("%#@days@")),
      ["days": .init(argument: 1, specifier: "lld", value: Self.plural("%arg day", "%arg days"))])
    #expect(alone == Self.meaning(Self.plural("%lld day", "%lld days")))
    #expect(alone != Self.meaning(Self.plural("%lld day", "%lld Days")))
  }

  @Test func bytesCount() {
    #expect(Self.meaning(.unit(StringUnit("\u{E9}"))) != Self.meaning(.unit(StringUnit("e\u{301}"))))
    #expect(Self.meaning(.unit(StringUnit("50%"))) != Self.meaning(.unit(StringUnit("50%%"))))
    #expect(
      Self.meaning(.unit(StringUnit("a", state: "new")))
        == Self.meaning(.unit(StringUnit("a", state: "stale"))))
  }
}
