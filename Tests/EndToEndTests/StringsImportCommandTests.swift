import Foundation
import Testing

/// `notilua strings import`: translations that come back.
struct StringsImportCommandTests {
  @Test func importOfTheOwnExportLeavesTheFile() throws {
    try CatalogFolder.withCatalog { folder in
      let file = folder.appending(path: "Localizable.xcstrings")
      let text = try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
      try text.write(to: file, atomically: true, encoding: .utf8)
      #expect(
        try CatalogFolder.run(["strings", "convert", "Localizable.xcstrings", "--to", "out"], folder).status
          == 0)
      let ended = try CatalogFolder.run(
        ["strings", "import", "out", "--into", "Localizable.xcstrings"], folder)
      #expect(ended.status == 0)
      #expect(ended.errors.hasSuffix("notilua: 0 texts added, 0 changed\n"))
      #expect(try Data(contentsOf: file) == Data(text.utf8))
    }
  }

  /// Catalogs spell languages as they like, and have keys without a text in the source language.
  @Test(arguments: [("en", "pt-br"), ("en", "zh_TW"), ("EN", "de"), ("de_AT", "en"), ("xx-yy-zz", "de")])
  func importOfTheOwnExportKnowsEverySpelling(_ source: String, _ language: String) throws {
    try Program.withFolder { folder in
      let file = folder.appending(path: "od.xcstrings")
      let text =
        #"{"sourceLanguage":"\#(source)","strings":{"Hello":{"localizations":{"\#(language)":{"stringUnit":{"state":"translated","value":"ola"}}}},"K":{}},"version":"1.0"}"#
      try text.write(to: file, atomically: true, encoding: .utf8)
      #expect(try CatalogFolder.run(["strings", "convert", "od.xcstrings", "--to", "o"], folder).status == 0)
      let ended = try CatalogFolder.run(["strings", "import", "o", "--into", "od.xcstrings"], folder)
      #expect(ended.errors.hasSuffix("notilua: 0 texts added, 0 changed\n"), "\(ended.errors)")
      #expect(try Data(contentsOf: file) == Data(text.utf8))
      #expect(
        try CatalogFolder.run(["strings", "convert", "od.xcstrings", "--to", "o2"], folder).status == 0)
    }
  }

  /// Two spellings of one language in one key are an error to every command.
  @Test func twoSpellingsInOneKeyAreRefused() throws {
    try Program.withFolder { folder in
      let unit = #"{"stringUnit":{"state":"translated","value":"ola"}}"#
      let entry = #""Hello":{"localizations":{"pt-br":\#(unit),"pt-BR":\#(unit)}}"#
      try #"{"sourceLanguage":"en","strings":{\#(entry)},"version":"1.0"}"#
        .write(to: folder.appending(path: "A.xcstrings"), atomically: true, encoding: .utf8)
      try "plugins: [p.lua]\nstrings: { catalogs: A.xcstrings }\n".write(
        to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      try "return { description = 'p', did_receive = function() end, time_will_expire = function() end }"
        .write(to: folder.appending(path: "p.lua"), atomically: true, encoding: .utf8)
      let cause = "'Hello' has two texts in 'pt-br', here as 'pt-BR'; take one of them out"
      for arguments in [
        ["check", "A.xcstrings"], ["convert", "A.xcstrings", "--to", "x"],
        ["import", "A.xcstrings", "--into", "A.xcstrings"],
      ] {
        let ended = try CatalogFolder.run(["strings"] + arguments, folder)
        #expect(ended.status != 0)
        #expect(ended.errors.contains(cause), "\(ended.errors)")
      }
      let check = try CatalogFolder.run(["check"], folder)
      #expect(check.status == 65)
      #expect(check.text.contains(cause), "\(check.text)")
    }
  }

  @Test func importAddsTranslations() throws {
    try CatalogFolder.withCatalog { folder in
      let strings = folder.appending(path: "from/fr.lproj")
      try FileManager.default.createDirectory(at: strings, withIntermediateDirectories: true)
      try "HELLO = \"Bonjour %@\"; NEW = \"neuf\";".write(
        to: strings.appending(path: "Localizable.strings"), atomically: true, encoding: .utf8)
      let ended = try CatalogFolder.run(
        ["strings", "import", "from", "--into", "Localizable.xcstrings"], folder)
      #expect(ended.status == 0)
      #expect(ended.errors.hasSuffix("notilua: 2 texts added, 0 changed\n"))
      let shown = try CatalogFolder.run(
        ["strings", "show", "HELLO", "A", "--catalog", "Localizable.xcstrings"], folder)
      #expect(shown.text == "de  Hallo A\nen  Hello A\nfr  Bonjour A\n")
    }
  }
}
