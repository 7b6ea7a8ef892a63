import Foundation
import Testing

/// `notilua strings show`: one text, or all.
struct StringsShowCommandTests {
  @Test func showGivesOneTextOrAll() throws {
    try CatalogFolder.withCatalog { folder in
      let one = try CatalogFolder.run(
        ["strings", "show", "HELLO", "Ann", "--locale", "de-AT", "--catalog", "Localizable.xcstrings"], folder
      )
      #expect(one.text == "Hallo Ann\n")
      #expect(one.errors == "notilua: de, Localizable.xcstrings\n")
      let all = try CatalogFolder.run(
        ["strings", "show", "FILES", "1", "--catalog", "Localizable.xcstrings"], folder)
      #expect(all.text == "de  none; en answers\nen  1 file\n")
      let none = try CatalogFolder.run(
        ["strings", "show", "GONE", "--locale", "de", "--catalog", "Localizable.xcstrings"], folder)
      #expect(none.status == 1)
      #expect(none.text == "GONE\n")
      #expect(none.errors == "notilua: no catalog has the key\n")
      let near = try CatalogFolder.run(
        ["strings", "show", "FILE", "--catalog", "Localizable.xcstrings"], folder)
      #expect(near.errors == "notilua: no catalog has the key 'FILE'; did you mean 'FILES'?\n")
      let problems = try CatalogFolder.run(
        ["strings", "show", "FILES", "x", "y", "--locale", "de", "--catalog", "."], folder)
      #expect(problems.text == "x files\n")
      #expect(
        problems.errors
          == "notilua: en, ./Localizable.xcstrings; no text in de; argument 1 is not a number; 2 arguments for a text that takes 1\n"
      )
    }
  }
}
