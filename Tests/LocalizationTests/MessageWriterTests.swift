import Foundation
import Localization
import Testing

struct MessageWriterTests {
  @Test(
    arguments: [
      ("Hello %@", [.text("Ann")], "Hello Ann"), ("%2$@ of %1$@", [.text("a"), .text("b")], "b of a"),
      // An implicit place counts implicit ones only.
      ("Second: %2$@, First: %1$@, First: %@", [.text("1"), .text("2")], "Second: 2, First: 1, First: 1"),
      ("%@, are you there? %1$@?", [.text("Bo")], "Bo, are you there? Bo?"),
      (
        "%d and %lld and %lu and %i", [.integer(1), .integer(2), .integer(3), .integer(4)],
        "1 and 2 and 3 and 4"
      ),
      ("%d", [.text("1234567")], "1,234,567"), ("%d", [.integer(.min)], "-9,223,372,036,854,775,808"),
      ("%d", [.text("123456789012345678901234567890")], "123,456,789,012,345,678,901,234,567,890"),
      ("%f", [.number(2.5)], "2.500000"), ("%.2f", [.integer(1234)], "1,234.00"),
      ("%.2f", [.text("3.14159")], "3.14"),
      ("%.0f", [.number(0.5)], "0"), ("%lf%%", [.number(50)], "50.000000%"),
      ("%x %X %#x %o", [.integer(255), .integer(255), .integer(255), .integer(8)], "ff FF 0xff 10"),
      ("%x %X", [.text("255"), .text("-255")], "ff -FF"), ("%x", [.number(255)], "ff"),
      ("%d", [.text("1e3")], "1,000"), ("%.1f", [.text("1e3")], "1,000.0"),
      ("%+05d", [.integer(12)], "+0012"),
      ("%06x", [.integer(-255)], "-000ff"), ("%x", [.integer(-1)], "-1"),
      ("%e", [.number(12345)], "1.234500e+04"),
      ("%g", [.number(0.0001)], "0.0001"),
      (
        "%5d|%-5d|%05d|%+d", [.integer(42), .integer(42), .integer(42), .integer(42)], "   42|42   |00042|+42"
      ),
      ("%5@|%-5@|%.2@", [.text("ab"), .text("ab"), .text("abc")], "   ab|ab   |ab"),
      ("%5@", [.text("é")], "    é"), ("%1$(count)lld items", [.integer(3)], "3 items"),
      ("%'d", [.integer(1000)], "1,000"), ("%@", [.integer(1000)], "1000"), ("%@", [.number(1.5)], "1.5"),
      ("%@", [.number(2)], "2"), ("%d", [.number(3)], "3"), ("%d", [.number(3.7)], "3.7"),
      ("%d", [.number(9_223_372_036_854_775_808)], "9,223,372,036,854,775,808"),
      ("%f", [.number(.infinity)], "inf"), ("%@ %s %c", [.text("a"), .text("b"), .text("c")], "a b c"),
      ("%.1f", [.number(1e300)], nil),
      // What is no specifier is text.
      ("100%", [], "100%"), ("Test 50% off", [], "Test 50% off"), ("50%% off", [], "50% off"), ("%", [], "%"),
      ("%y%!", [], "%y%!"), ("%1$", [], "%1$"), ("%#@name", [], "%#@name"), ("%(open", [], "%(open"),
      ("%999$@", [], "%999$@"), ("%0$@", [.text("a")], nil), ("%99999999999999999999d", [], nil),
      ("", [], ""),
      ("%*d", [.integer(1)], nil),
    ] as [(String, [SampleArgument], String?)])
  func specifiersAreFilledIn(_ format: String, _ arguments: [SampleArgument], _ expected: String?) throws {
    let text = try sample(format, arguments).text
    if let expected { #expect(text == expected) }
  }

  @Test(
    arguments: [
      ("Hello %@", [], "Hello %@", [.missingArgument(1)]),
      ("%1$@ %2$lld", [.text("a")], "a %2$lld", [.missingArgument(2)]),
      ("%@", [.missing], "%@", [.missingArgument(1)]),
      ("plain", [.text("a"), .text("b")], "plain", [.excessArguments(given: 2, taken: 0)]),
      ("%d", [.text("many")], "many", [.notNumeric(1)]),
      ("%d", [.text("infinity")], "infinity", [.notNumeric(1)]),
      ("%d", [.text("0x1F")], "0x1F", [.notNumeric(1)]),
      ("%.1f", [.text("1e400")], "1e400", [.notNumeric(1)]),
      ("%d", [.text("")], "", [.notNumeric(1)]), ("%d", [.boolean(true)], "true", [.notNumeric(1)]),
      ("%@", [.boolean(false)], "false", []), ("%@", [.structure("[1]")], "[1]", [.notPlain(1)]),
      ("%@ %@ %1$@", [], "%@ %@ %1$@", [.missingArgument(1), .missingArgument(2)]),
    ] as [(String, [SampleArgument], String, [LocalizationProblem])])
  func whatDoesNotFitIsVisibleAndTold(
    _ format: String, _ arguments: [SampleArgument], _ text: String, _ problems: [LocalizationProblem]
  ) throws {
    let made = try sample(format, arguments)
    #expect(made.text == text)
    #expect(made.problems == problems)
  }

  /// All flags, widths, precisions and conversions, as C's formatter has them.
  @Test(arguments: ["d", "i", "o", "x", "X", "f", "F", "e", "E", "g", "G", "a", "A"])
  func flagsAreThoseOfC(_ conversion: String) throws {
    let isWhole = "dioxX".contains(conversion)
    // Less than a thousand, where no language groups; C has no sign in octal and hexadecimal numbers.
    let numbers: [Double] =
      isWhole ? [0, 5, 42, 999] + ("di".contains(conversion) ? [-5] : []) : [0, 0.5, -2.5, 999.125, 1e-7]
    var count = 0
    for bits in 0..<32 {
      let flags = ["-", "0", "+", " ", "#"].enumerated().filter { bits >> $0.offset & 1 == 1 }.map(\.element)
        .joined()
      // What C leaves undefined.
      if flags.contains("#"), "di".contains(conversion) { continue }
      for width in ["", "2", "9"] {
        for precision in ["", ".0", ".3"] {
          let specifier = "%1$\(flags)\(width)\(precision)\(isWhole ? "ll" : "")\(conversion)"
          for number in numbers {
            let text = try sample(specifier, [isWhole ? .integer(Int64(number)) : .number(number)]).text
            let format = specifier.replacing("1$", with: "")
            #expect(
              text == (isWhole ? String(format: format, Int64(number)) : String(format: format, number)),
              "\(specifier) of \(number)")
            count += 1
          }
        }
      }
    }
    #expect(count >= 500)
  }

  @Test(
    arguments: [
      ("Value: % d", [.integer(5)], "Value:  5"), ("% d", [.integer(-5)], "-5"),
      ("% d%%", [.integer(5)], " 5%"),
      ("% f|% .1f|% 5d", [.number(1), .number(2), .integer(3)], " 1.000000| 2.0|    3"),
      ("% lld, % lu.", [.integer(1), .integer(2)], " 1,  2."), ("%1$ d", [.integer(1)], " 1"),
      // Apple's formatter fills it in, too, and translations of released apps have it.
      ("Ouvrir dans % @", [.text("Safari")], "Ouvrir dans Safari"),
      ("%+ d% +d", [.integer(1), .integer(2)], "+1+2"), ("% 05d", [.integer(12)], " 0012"),
      // A letter that stands alone in some language, and one that begins a word.
      ("70% and", [.text("a")], "70% and"), ("50% discount for %@", [.text("Ann")], "50% discount for Ann"),
      ("5% increase, 5% faster, 80% used", [.text("a")], "5% increase, 5% faster, 80% used"),
      ("de 50% a 60%", [.text("a")], "de 50% a 60%"),
      ("50% i 60%, 50% u 60%", [.text("a")], "50% i 60%, 50% u 60%"),
      ("50% e 60% o 70%", [.text("a")], "50% e 60% o 70%"), ("100% d'accord", [.text("a")], "100% d'accord"),
      ("100% d\u{2019}accord", [.text("a")], "100% d\u{2019}accord"), ("50%  d", [.text("a")], "50%  d"),
      ("50% - a 60%", [.text("a")], "50% - a 60%"), ("20% lunch", [.text("a")], "20% lunch"),
      ("100% @home", [.text("a")], "100% @home"), ("90% süß", [.text("a")], "90% süß"),
    ] as [(String, [SampleArgument], String)])
  func aSpaceIsAFlagWhereNoWordFollows(_ format: String, _ arguments: [SampleArgument], _ expected: String)
    throws
  {
    #expect(try sample(format, arguments).text == expected)
  }

  @Test func textsOfOtherDirectionsAreIsolatedOnRequest() throws {
    let made = try sample("%@ 🇮🇱 %lld", [.text("שלום"), .integer(3)], isolates: true)
    #expect(made.text == "\u{2068}שלום\u{2069} 🇮🇱 3")
    #expect(try sample("%@", [.text("שלום")]).text == "שלום")
  }

  @Test func partsOfAFormatAreTold() {
    #expect(
      FormatString("a %2$#@n@ %arg").parts == [
        .text("a "), .variable(name: "n", argument: 2, source: "%2$#@n@"), .text(" "),
        .argument(Specifier(argument: 1, conversion: .hexadecimalFraction, source: "%a")), .text("rg"),
      ])
    #expect(FormatString("%arg", hasNumber: true).parts == [.number])
    #expect(FormatString("50% off").problems == [.lonePercent("% o")])
    #expect(FormatString("14%割引").problems == [.lonePercent("%割")])
    #expect(FormatString("14% ü").problems == [.lonePercent("% ü")])
    #expect(FormatString("%*d").problems == [.starredWidth("%*d")])
    #expect(FormatString("%1$(n)lld").specifiers.first?.name == "n")
  }
}

struct PluralTextTests {
  private func forms(_ forms: [PluralCategory: String]) -> TextVariation {
    .plural(forms.mapValues { .unit(StringUnit($0)) })
  }

  @Test func theFirstNumberChooses() throws {
    let text = LocalizedText(value: forms([.one: "%@: %lld file", .other: "%@: %lld files"]))
    #expect(try sample(text, [.text("Ann"), .integer(1)]).text == "Ann: 1 file")
    #expect(try sample(text, [.text("Ann"), .text("2")]).text == "Ann: 2 files")
    #expect(try sample(text, [.text("Ann")]).problems == [.missingArgument(2)])
    #expect(try sample(text, [.text("Ann"), .text("x")]).problems == [.notNumeric(2)])
  }

  @Test func aFormForNothingCountsEverywhere() throws {
    let text = LocalizedText(value: forms([.zero: "nothing", .one: "one", .other: "%d"]))
    #expect(try sample(text, [.integer(0)]).text == "nothing")
    #expect(try sample(text, [.text("0")]).text == "nothing")
    #expect(try sample(text, [.integer(0)], language: "fr").text == "nothing")
  }

  @Test func whatIsShownDecides() throws {
    let text = LocalizedText(value: forms([.one: "%.1f mile", .other: "%.1f miles"]))
    #expect(try sample(text, [.integer(1)]).text == "1.0 miles")
    let whole = LocalizedText(value: forms([.one: "%d mile", .other: "%d miles"]))
    #expect(try sample(whole, [.number(1)]).text == "1 mile")
    #expect(try sample(whole, [.number(1.5)]).text == "1.5 miles")
  }

  @Test(arguments: [(1, "1 plik"), (2, "2 pliki"), (5, "5 plików"), (22, "22 pliki"), (112, "112 plików")])
  func polishHasFour(_ number: Int64, _ expected: String) throws {
    let text = LocalizedText(
      value: forms([.one: "%lld plik", .few: "%lld pliki", .many: "%lld plików", .other: "%lld pliku"]))
    #expect(try sample(text, [.integer(number)], language: "pl").text == expected)
  }

  @Test func substitutionsAreChosenEachOnItsOwn() throws {
    let text = LocalizedText(
      value: .unit(StringUnit("%@! %#@total@, %#@rest@")),
      substitutions: [
        "total": .init(
          argument: nil, specifier: "lld", value: forms([.one: "one of %arg", .other: "%arg in all"])),
        "rest": .init(
          argument: 3, specifier: "lld", value: forms([.one: "%arg is left", .other: "%arg are left"])),
      ])
    #expect(try sample(text, [.text("Oh"), .integer(1), .integer(2)]).text == "Oh! one of 1, 2 are left")
    #expect(
      try sample(text, [.text("Oh"), .integer(1200), .integer(1)]).text == "Oh! 1,200 in all, 1 is left")
  }

  @Test func formsMayNameOtherArgumentsAndOtherVariables() throws {
    let text = LocalizedText(
      value: .unit(StringUnit("%#@a@")),
      substitutions: [
        "a": .init(argument: 1, specifier: "lld", value: forms([.other: "%arg for %2$@, %3$#@b@"])),
        "b": .init(argument: nil, specifier: "lld", value: forms([.one: "%arg b", .other: "%arg bs"])),
      ])
    #expect(try sample(text, [.integer(2), .text("Jo"), .integer(1)]).text == "2 for Jo, 1 b")
  }

  @Test func aVariableOfStringsDictCountsFromItsOwnArgument() throws {
    let text = LocalizedText(
      value: .unit(StringUnit("Hello %@, %#@count@")),
      substitutions: [
        "count": .init(
          argument: nil, specifier: "lld",
          value: forms([.one: "I have %lld plural", .other: "I have %lld plurals"]))
      ])
    #expect(try sample(text, [.text("you"), .integer(2)]).text == "Hello you, I have 2 plurals")
  }

  @Test func devicesStandInForEachOther() throws {
    let text = LocalizedText(
      value: .device([
        "mac": .unit(StringUnit("Click")), "other": .unit(StringUnit("Tap")),
        "ipad": forms([.one: "%d pad", .other: "%d pads"]),
      ]))
    #expect(try sample(text).text == "Tap")
    #expect(try sample(text, device: "mac").text == "Click")
    #expect(try sample(text, [.integer(1)], device: "ipad").text == "1 pad")
    let without = LocalizedText(value: .device(["mac": .unit(StringUnit("Click"))]))
    #expect(try sample(without).text == "Click")
  }

  @Test func whatIsMissingInACatalogIsVisible() throws {
    #expect(try sample("%#@gone@", [.integer(1)]).text == "%#@gone@")
    let noOther = LocalizedText(value: forms([.one: "%d thing"]))
    #expect(try sample(noOther, [.integer(5)]).text == "5 thing")
    let circle = LocalizedText(
      value: .unit(StringUnit("%#@a@")),
      substitutions: ["a": .init(argument: 1, specifier: "lld", value: forms([.other: "%arg %#@a@"]))])
    #expect(try sample(circle, [.integer(1)]).text == "1 %#@a@")
  }

  @Test func aTextThatMultipliesIsCut() throws {
    var substitutions: [String: LocalizedText.Substitution] = [:]
    for level in 0..<15 {
      let inner = String(repeating: "%1$#@v\(level + 1)@", count: 8)
      substitutions["v\(level)"] = .init(
        argument: 1, specifier: "lld", value: .plural([.other: .unit(StringUnit(level < 14 ? inner : "x"))]))
    }
    let text = LocalizedText(value: .unit(StringUnit("%1$#@v0@")), substitutions: substitutions)
    let made = try sample(text, [.integer(1)])
    #expect(made.text.utf8.count < 70_000)
    #expect(made.problems == [.tooLarge])
  }
}
