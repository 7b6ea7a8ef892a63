import Localization
import Testing

/// Formats taken apart as Apple's String Format Specifiers has them.
struct FormatStringTests {
  @Test(
    arguments: [
      ("%@ has %lld", [1, 2]), ("%2$@ of %1$@", [2, 1]), ("%2$@ %@ %@", [2, 1, 2]), ("50% off", []),
      ("100 %", []), ("%%", []), ("% d", [1]),
      ("5% die", []), ("%250$@", [250]), ("%251$@", []), ("%0$@", []), ("%hhd %zx %Lf", [1, 2, 3]),
      ("%*d", []), ("%", []), ("%%%@", [1]),
    ] as [(String, [Int])])
  func specifiersHaveTheirArguments(_ text: String, _ arguments: [Int]) {
    #expect(FormatString(text).specifiers.map(\.argument) == arguments)
  }

  @Test func aSpecifierHasItsParts() throws {
    let found = try #require(FormatString("%2$(price)-+0#'12.3lF").specifiers.first)
    #expect(found.argument == 2)
    #expect(found.name == "price")
    #expect(found.flags == [.left, .plus, .zeros, .alternate, .capitals])
    #expect(found.width == 12)
    #expect(found.precision == 3)
    #expect(found.conversion == .fixed)
    #expect(found.source == "%2$(price)-+0#'12.3lF")
  }

  @Test func variablesAndTheNumberHaveTheirPlaces() {
    #expect(
      FormatString("%#@files@ in %2$#@folders@").parts == [
        .variable(name: "files", argument: 1, source: "%#@files@"), .text(" in "),
        .variable(name: "folders", argument: 2, source: "%2$#@folders@"),
      ])
    #expect(FormatString("%arg files", hasNumber: true).parts == [.number, .text(" files")])
    // Outside of a variable's forms it is a number in hexadecimal notation, and two letters.
    #expect(FormatString("%arg").specifiers.first?.conversion == .hexadecimalFraction)
  }

  @Test func oddPlacesAreReported() {
    #expect(FormatString("99% \u{E9}t\u{E9}, %*d").problems.count == 2)
    #expect(FormatString("%*d").problems == [.starredWidth("%*d")])
    #expect(FormatString("%y").problems == [.lonePercent("%y")])
    #expect(FormatString("%d %% %@").problems == [])
  }

  /// The text of the parts is a format with the same parts.
  @Test(arguments: ["%@ 100%% %2$d", "%#@a@ %1$@", "50% off", "é%\u{301}", "", "%(x)@"])
  func theTextIsTheSameFormat(_ text: String) {
    let format = FormatString(text)
    let again = FormatString(format.text { FormatString.placed($1, at: $0) })
    #expect(again.specifiers.map(\.argument) == format.specifiers.map(\.argument))
    #expect(again.parts.count == format.parts.count)
  }
}
