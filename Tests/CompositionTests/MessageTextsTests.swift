import Composition
import Localization
import NotificationModel
import PushExtras
import StringCatalogs
import Testing

/// The catalog of texts, and the operator's over it.
struct MessageTextsTests {
  private static func catalog(_ strings: String, table: String = "Messages") throws -> StringCatalog {
    let text = #"{"sourceLanguage":"en","version":"1.0","strings":{\#(strings)}}"#
    return try CatalogReader.catalog(Array(text.utf8), path: "\(table).xcstrings", table: table)
  }

  private static func texts(_ key: String, _ texts: [String: String]) -> String {
    let forms = texts.sorted { $0.key < $1.key }.map { #""\#($0)":{"stringUnit":{"value":"\#($1)"}}"# }
    return #""\#(key)":{"localizations":{\#(forms.joined(separator: ","))}}"#
  }

  private static func body(
    _ message: Message, _ locale: String, _ catalogs: [StringCatalog]
  ) throws -> String? {
    let composer = Composer(try MessageTexts(catalogs))
    guard case .push(let push, _) = composer.compose(message, for: Sample.recipient(locale)) else {
      return nil
    }
    let alert = try JSONValue(String(decoding: push.payload, as: UTF8.self))["aps"]?["alert"]
    return alert?["body"]?.string ?? alert?.string
  }

  @Test func theBuiltInCatalogHasEveryTextInBothLanguages() throws {
    let catalog = try MessageTexts.builtIn()
    #expect(catalog.languages == ["en", "zh-Hans"])
    #expect(CatalogCheck.findings(catalog).isEmpty)
    let labels = MessageType.builtIn.filter { [.label, .titledLabel, .file, .recall].contains($0.value) }
    #expect(
      Set(catalog.entries.map(\.key))
        == Set(labels.keys).union(MessageTexts.Key.allCases.map(\.rawValue)))
    for entry in catalog.entries { #expect(Set(entry.texts.keys) == ["en", "zh-Hans"], "\(entry.key)") }
  }

  @Test(arguments: [
    ("en-GB", "[Image]"), ("de", "[Image]"), ("", "[Image]"), ("no tag", "[Image]"), ("zh", "[图片]"),
    ("zh-Hans", "[图片]"), ("zh_CN", "[图片]"), ("zh-SG", "[图片]"),
    // Who reads Traditional Chinese is not given Simplified.
    ("zh-Hant-TW", "[Image]"),
  ])
  func theRecipientsLanguageIsTaken(_ locale: String, _ text: String) throws {
    #expect(try Self.body(Sample.message("RC:ImgMsg"), locale, []) == text)
  }

  @Test func anOperatorAddsALanguageAndKeepsTheOthers() throws {
    let own = try Self.catalog(Self.texts("RC:ImgMsg", ["de": "[Bild]"]))
    let message = Sample.message("RC:ImgMsg")
    #expect(try Self.body(message, "de-AT", [own]) == "[Bild]")
    #expect(try Self.body(message, "en", [own]) == "[Image]")
    #expect(try Self.body(message, "zh-Hans", [own]) == "[图片]")
  }

  @Test func anOperatorsTextTakesThePlaceOfTheBuiltInOne() throws {
    let own = try Self.catalog(
      Self.texts("RC:ImgMsg", ["en": "A picture"]) + ","
        + Self.texts("GROUP_TEXT", ["en": "%1$@ wrote %2$@"]))
    #expect(try Self.body(Sample.message("RC:ImgMsg"), "en", [own]) == "A picture")
    #expect(try Self.body(Sample.message("RC:TxtMsg", .group), "en", [own]) == "Ann wrote Hello")
    #expect(try Self.body(Sample.message("RC:ImgMsg"), "zh-Hans", [own]) == "[图片]")
  }

  @Test func anOperatorGivesACustomTypeItsText() throws {
    let own = try Self.catalog(
      Self.texts("app:order", ["en": "Your order", "de": "Deine Bestellung"]) + ","
        + Self.texts("app:note", ["de": "Notiz"]))
    #expect(try Self.body(Sample.message("app:order"), "de", [own]) == "Deine Bestellung")
    #expect(try Self.body(Sample.message("app:order"), "zh", [own]) == "Your order")
    // In the source language a key without a text stands for itself, which is no text for people.
    #expect(try Self.body(Sample.message("app:note"), "de", [own]) == "Notiz")
    #expect(try Self.body(Sample.message("app:note"), "en", [own]) == nil)
  }

  @Test func aTemplateIsATextOfTheOperators() throws {
    let own = try Self.catalog(
      Self.texts("SHIPPED", ["en": "Parcel %1$@ of %2$@ is on its way", "de": "Von %2$@ kommt %1$@"]))
    var message = Sample.message("app:order")
    message.push.template = .init("SHIPPED", arguments: ["12", "Ann"])
    #expect(try Self.body(message, "en", [own]) == "Parcel 12 of Ann is on its way")
    #expect(try Self.body(message, "de", [own]) == "Von Ann kommt 12")
    message.push.content = "As it is"
    #expect(try Self.body(message, "de", [own]) == "As it is")
  }

  @Test func aCatalogOfAnotherNameSaysNothingHere() throws {
    let other = try Self.catalog(Self.texts("RC:ImgMsg", ["en": "other"]), table: "Localizable")
    #expect(try Self.body(Sample.message("RC:ImgMsg"), "en", [other]) == "[Image]")
  }
}
