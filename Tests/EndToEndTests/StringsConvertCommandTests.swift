import Foundation
import Testing

/// `notilua strings convert`, which overwrites nothing and leaves nothing half done.
struct StringsConvertCommandTests {
  @Test func convertGoesBothWaysAndOverwritesNothing() throws {
    try CatalogFolder.withCatalog { folder in
      #expect(
        try CatalogFolder.run(["strings", "convert", "Localizable.xcstrings", "--to", "out"], folder).status
          == 0)
      #expect(
        try CatalogFolder.run(["strings", "convert", "out", "--to", "new/Localizable.xcstrings"], folder)
          .status == 0)
      let shown = try CatalogFolder.run(["strings", "show", "FILES", "2", "--catalog", "new"], folder)
      #expect(shown.text == "de  none; en answers\nen  2 files\n")
      // Nothing that was only converted counts as changed.
      let back = try CatalogFolder.run(
        ["strings", "import", "out", "--into", "new/Localizable.xcstrings"], folder)
      #expect(back.errors.hasSuffix("notilua: 0 texts added, 0 changed\n"), "\(back.errors)")
      #expect(
        try CatalogFolder.run(["strings", "convert", "Localizable.xcstrings", "--to", ""], folder).status
          == 64)
      #expect(
        try CatalogFolder.run(
          ["strings", "pseudo", "Localizable.xcstrings", "--to", "p", "--locale", "de"], folder
        )
        .status == 64)
      let again = try CatalogFolder.run(
        ["strings", "convert", "Localizable.xcstrings", "--to", "out"], folder)
      #expect(again.status == 64)
      #expect(again.errors.contains("is there already; write over it with --force"))
      #expect(
        try CatalogFolder.run(
          ["strings", "convert", "Localizable.xcstrings", "--to", "out", "--force"], folder
        ).status
          == 0)
      // The one that is read may not be lost by a mistake of the command line.
      let onto = try CatalogFolder.run(
        ["strings", "convert", "out", "--to", "Localizable.xcstrings"], folder)
      #expect(onto.status == 64)
    }
  }

  /// Forms that stay in a `.stringsdict` would stand over the new texts.
  @Test(arguments: [[], ["--force"]])
  func convertLeavesNoHalfOfATableBeside(_ flags: [String]) throws {
    try Program.withFolder { folder in
      let leftover = folder.appending(path: "out/en.lproj/A.stringsdict")
      try FileManager.default.createDirectory(
        at: leftover.deletingLastPathComponent(), withIntermediateDirectories: true)
      try "<plist version=\"1.0\"><dict></dict></plist>".write(
        to: leftover, atomically: true, encoding: .utf8)
      try #"{"sourceLanguage":"en","strings":{"K":{}},"version":"1.0"}"#.write(
        to: folder.appending(path: "A.xcstrings"), atomically: true, encoding: .utf8)
      let ended = try CatalogFolder.run(["strings", "convert", "A.xcstrings", "--to", "out"] + flags, folder)
      #expect(ended.status == 64)
      #expect(ended.errors.contains("'out/en.lproj/A.stringsdict' is there already"), "\(ended.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "out/en.lproj/A.strings").path))
      try FileManager.default.removeItem(at: leftover)
      #expect(
        try CatalogFolder.run(["strings", "convert", "A.xcstrings", "--to", "out"], folder).status == 0)
    }
  }

  /// Apps have folders such as `sr@latin.lproj`, and each command reads what the one before has written.
  @Test func noCommandLeavesACatalogThatTheNextOneRefuses() throws {
    try CatalogFolder.withCatalog { folder in
      for name in ["en", "sr@latin", "ca@valencia", "German", "zh_TW", "Foobar"] {
        let path = folder.appending(path: "in/\(name).lproj")
        try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
        try "HELLO = \"\(name) %@\";".write(
          to: path.appending(path: "Localizable.strings"), atomically: true, encoding: .utf8)
      }
      func check(_ path: String, _ languages: String) throws {
        let checked = try CatalogFolder.run(["strings", "check", "--json", path], folder)
        #expect(checked.status == 0, "\(checked.errors)")
        let last = try #require(checked.text.split(separator: "\n").last)
        let json = try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: [String: Any]]
        let found = json?["summary"]?["languages"] as? [String: Any]
        #expect(found?.keys.sorted().joined(separator: " ") == languages)
      }
      let convert = try CatalogFolder.run(["strings", "convert", "in", "--to", "Out.xcstrings"], folder)
      #expect(convert.status == 0)
      #expect(
        convert.errors.hasPrefix("in/Foobar.lproj: warning: its name is no language; its texts are left out"))
      try check("Out.xcstrings", "ca-valencia de en sr-Latn zh-TW")
      #expect(
        try CatalogFolder.run(["strings", "import", "in", "--into", "Localizable.xcstrings"], folder).status
          == 0)
      try check("Localizable.xcstrings", "ca-valencia de en sr-Latn zh-TW")
      #expect(
        try CatalogFolder.run(["strings", "convert", "Out.xcstrings", "--to", "back"], folder).status == 0)
      try check("back", "ca-valencia de en sr-Latn zh-TW")
      let pseudo = ["strings", "pseudo", "in", "--to", "P.xcstrings", "--locale", "de_AT.UTF-8@euro"]
      #expect(try CatalogFolder.run(pseudo, folder).status == 0)
      try check("P.xcstrings", "ca-valencia de de-AT en sr-Latn zh-TW")
      let shown = ["strings", "show", "HELLO", "A", "--locale", "sr-Latn-RS", "--catalog", "back"]
      #expect(try CatalogFolder.run(shown, folder).text == "sr@latin A\n")
      // What could not be read again is not written.
      for target in ["x/.xcstrings", "x/de.lproj"] {
        let ended = try CatalogFolder.run(["strings", "convert", "in", "--to", target], folder)
        #expect(ended.status == 64)
        #expect(ended.errors.hasSuffix("nothing was written\n"))
      }
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "x").path))
    }
  }
}
