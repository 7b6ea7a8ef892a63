import Foundation
import Testing

/// `notilua strings`, and catalogs in `run`, `explain` and `check`.
struct StringsCommandTests {
  private static let catalog = """
    {"sourceLanguage":"en","version":"1.0","strings":{
    "HELLO":{"localizations":{"en":{"stringUnit":{"state":"translated","value":"Hello %@"}},
    "de":{"stringUnit":{"state":"translated","value":"Hallo %@"}}}},
    "FILES":{"localizations":{"en":{"variations":{"plural":{
    "one":{"stringUnit":{"state":"translated","value":"%lld file"}},
    "other":{"stringUnit":{"state":"translated","value":"%lld files"}}}}}}}}}
    """

  private static func withCatalog<Result>(_ body: (URL) throws -> Result) throws -> Result {
    try Program.withFolder { folder in
      try catalog.write(
        to: folder.appending(path: "Localizable.xcstrings"), atomically: true, encoding: .utf8)
      return try body(folder)
    }
  }

  private static func run(_ arguments: [String], _ folder: URL, input: String = "") throws -> Program.Ended {
    try Program.run(arguments, input: Data(input.utf8), in: folder)
  }

  @Test func showGivesOneTextOrAll() throws {
    try Self.withCatalog { folder in
      let one = try Self.run(
        ["strings", "show", "HELLO", "Ann", "--locale", "de-AT", "--catalog", "Localizable.xcstrings"], folder
      )
      #expect(one.text == "Hallo Ann\n")
      #expect(one.errors == "notilua: de, Localizable.xcstrings\n")
      let all = try Self.run(["strings", "show", "FILES", "1", "--catalog", "Localizable.xcstrings"], folder)
      #expect(all.text == "de  none; en answers\nen  1 file\n")
      let none = try Self.run(
        ["strings", "show", "GONE", "--locale", "de", "--catalog", "Localizable.xcstrings"], folder)
      #expect(none.status == 1)
      #expect(none.text == "GONE\n")
      #expect(none.errors == "notilua: no catalog has the key\n")
      let near = try Self.run(["strings", "show", "FILE", "--catalog", "Localizable.xcstrings"], folder)
      #expect(near.errors == "notilua: no catalog has the key 'FILE'; did you mean 'FILES'?\n")
      let problems = try Self.run(
        ["strings", "show", "FILES", "x", "y", "--locale", "de", "--catalog", "."], folder)
      #expect(problems.text == "x files\n")
      #expect(
        problems.errors
          == "notilua: en, ./Localizable.xcstrings; no text in de; argument 1 is not a number; 2 arguments for a text that takes 1\n"
      )
    }
  }

  @Test func checkCountsAndTells() throws {
    try Self.withCatalog { folder in
      let checked = try Self.run(["strings", "check", "Localizable.xcstrings"], folder)
      #expect(checked.status == 0)
      #expect(
        checked.text == """
          Localizable.xcstrings:4: 'FILES': warning: no text in de; translate it
          LANGUAGE  TRANSLATED  COMPLETE
          de        1 of 2      50 %
          en        2 of 2      100 % (source)
          1 catalog, 2 keys, 2 languages: 0 errors, 1 warning

          """)
      #expect(try Self.run(["strings", "check", "--strict", "Localizable.xcstrings"], folder).status == 1)
      let payloads = """
        {"aps":{"alert":{"loc-key":"HELLO"}}}
        not json
        {"payload":{"aps":{"alert":{"title":{"loc-key":"LIVE"},"title-loc-key":"GONE"}}}}

        """
      try payloads.write(to: folder.appending(path: "p.ndjson"), atomically: true, encoding: .utf8)
      let used = try Self.run(
        ["strings", "check", "--language", "en", "--payloads", "p.ndjson", "Localizable.xcstrings"], folder)
      #expect(used.status == 1)
      #expect(
        used.text == """
          p.ndjson:3: error: 'GONE' is in no catalog; add it
          p.ndjson:3: error: 'LIVE' is in no catalog; add it
          Localizable.xcstrings:4: 'FILES': warning: no payload uses it
          1 catalog, 2 keys, 2 languages: 2 errors, 1 warning

          """)
    }
  }

  @Test func catalogsAreThoseOfTheConfiguration() throws {
    try Self.withCatalog { folder in
      try "plugins: [p]\nstrings: { catalogs: Localizable.xcstrings }\n".write(
        to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      let plugin = folder.appending(path: "p")
      try FileManager.default.createDirectory(
        at: plugin.appending(path: "strings"), withIntermediateDirectories: true)
      try "return { description = 'p', did_receive = function() end, time_will_expire = function() end }"
        .write(
          to: plugin.appending(path: "init.lua"), atomically: true, encoding: .utf8)
      try #"{"sourceLanguage":"en","version":"1.0","strings":{"OWN":{}}}"#.write(
        to: plugin.appending(path: "strings/Own.xcstrings"), atomically: true, encoding: .utf8)
      #expect(
        try Self.run(["strings", "check"], folder).text.hasSuffix(
          "2 catalogs, 3 keys, 2 languages: 0 errors, 1 warning\n"))
      #expect(try Self.run(["strings", "show", "HELLO", "A", "--locale", "de"], folder).text == "Hallo A\n")
      #expect(try Self.run(["check"], folder).text == "1 plugin, 0 errors, 0 warnings\n")
      // What is wrong with a catalog is told once, and by its own place.
      try "{".write(to: folder.appending(path: "Localizable.xcstrings"), atomically: true, encoding: .utf8)
      let wrong = try Self.run(["check"], folder)
      #expect(wrong.status == 65)
      #expect(wrong.text.hasPrefix("notilua.yaml:2:"))
      #expect(wrong.text.contains("Localizable.xcstrings:1:2: not a string catalog"))
      #expect(wrong.text.hasSuffix("1 plugin, 1 error, 0 warnings\n"))
      let ended = try Self.run(["run"], folder, input: #"{"aps":{"alert":"x"}}"#)
      #expect(ended.status == 64)
      #expect(ended.errors.hasPrefix("notilua: notilua.yaml:2:"))
    }
  }

  @Test func findingsAreObjectsForPrograms() throws {
    try Self.withCatalog { folder in
      let ended = try Self.run(["strings", "check", "--json", "--strict", "Localizable.xcstrings"], folder)
      #expect(ended.status == 1)
      let lines = ended.text.split(separator: "\n")
      #expect(
        lines == [
          #"{"severity":"warning","place":"Localizable.xcstrings:4: 'FILES'","file":"Localizable.xcstrings","line":4,"key":"FILES","languages":["de"],"message":"no text in de; translate it"}"#,
          #"{"summary":{"catalogs":1,"keys":2,"errors":0,"warnings":1,"sources":[],"languages":{"de":{"keys":2,"translated":1,"unfinished":0},"en":{"keys":2,"translated":2,"unfinished":0}}}}"#,
        ])
      for line in lines { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    }
  }

  /// One severity for one cause, and once, whichever command finds it.
  @Test func anErrorIsAnErrorInBothChecks() throws {
    try Program.withFolder { folder in
      let unit = #"{"stringUnit":{"value":"%#@gone@"}}"#
      let text =
        #"{"sourceLanguage":"en","version":"1.0","strings":{"#
        + #""K":{"localizations":{"en":{"stringUnit":{"value":"k"}},"de":\#(unit),"fr":\#(unit)}},"N":{"localizations":{"de":{"stringUnit":{"value":"n"}}}},"L":{}}}"#
      try text.write(to: folder.appending(path: "A.xcstrings"), atomically: true, encoding: .utf8)
      try "plugins: [p.lua]\nstrings: { catalogs: A.xcstrings }\n".write(
        to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      try "return { description = 'p', did_receive = function() end, time_will_expire = function() end }"
        .write(
          to: folder.appending(path: "p.lua"), atomically: true, encoding: .utf8)
      let finding =
        "A.xcstrings:1: 'K': error: in de and fr the text has no substitution for '%#@gone@'; add one of that name\n"
      let strings = try Self.run(["strings", "check"], folder)
      #expect(strings.status == 1)
      #expect(strings.text.hasPrefix(finding), "\(strings.text)")
      let check = try Self.run(["check"], folder)
      #expect(check.status == 65)
      #expect(check.text == finding + "1 plugin, 1 error, 0 warnings\n")
    }
  }

  @Test func theSourceLanguageIsFoundSetAndSaid() throws {
    try Program.withFolder { folder in
      for (language, text) in [
        ("ar", "HI = \"مرحبا\";"), ("de", "HI = \"Hallo\";"), ("en-US", "HI = \"Hi\"; BYE = \"Bye\";"),
      ] {
        let path = folder.appending(path: "App/\(language).lproj")
        try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
        try text.write(to: path.appending(path: "Localizable.strings"), atomically: true, encoding: .utf8)
      }
      // What Xcode's templates have, and nobody replaced.
      try """
      <plist><dict><key>CFBundleDevelopmentRegion</key><string>$(DEVELOPMENT_LANGUAGE)</string></dict></plist>
      """.write(to: folder.appending(path: "App/Info.plist"), atomically: true, encoding: .utf8)
      let show = ["strings", "show", "HI", "--locale", "da", "--catalog", "App"]
      #expect(try Self.run(show, folder).text == "Hi\n")
      #expect(try Self.run(show + ["--source", "ar"], folder).text == "مرحبا\n")
      #expect(try Self.run(show + ["--source", "sr@latin!"], folder).status == 64)
      let checked = try Self.run(["strings", "check", "App"], folder).text
      #expect(checked.contains("App: source language: en-US (English, since no Info.plist names one)\n"))
      let set = try Self.run(["strings", "check", "App", "--source", "de"], folder).text
      #expect(set.contains("App: source language: de (as configured)\n"))
      // And so do run and the catalogs that the configuration names.
      try "plugins: [p.lua]\nstrings: { catalogs: App, source: de_DE }\n".write(
        to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      try "return { did_receive = function(r, content) content.body = notilua.localize('HI') end }".write(
        to: folder.appending(path: "p.lua"), atomically: true, encoding: .utf8)
      let line = #"{"locale":"da","payload":{"aps":{"alert":"x"}}}"#
      #expect(try Self.run(["run", "-q"], folder, input: line).text.contains("Hallo"))
      #expect(try Self.run(["strings", "show", "HI", "--locale", "da"], folder).text == "Hallo\n")
      #expect(
        try Self.run(["check"], folder).text.contains("App: source language: de (as configured)\n"))
      try "plugins: [p.lua]\nstrings: { catalogs: App, source: 1 }\n".write(
        to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      let wrong = try Self.run(["check"], folder)
      #expect(wrong.errors.contains("strings.source is '1', which is no language"), "\(wrong.errors)")
    }
  }

  /// Apps have folders such as `sr@latin.lproj`, and each command reads what the one before has written.
  @Test func noCommandLeavesACatalogThatTheNextOneRefuses() throws {
    try Self.withCatalog { folder in
      for name in ["en", "sr@latin", "ca@valencia", "German", "zh_TW", "Foobar"] {
        let path = folder.appending(path: "in/\(name).lproj")
        try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
        try "HELLO = \"\(name) %@\";".write(
          to: path.appending(path: "Localizable.strings"), atomically: true, encoding: .utf8)
      }
      func check(_ path: String, _ languages: String) throws {
        let checked = try Self.run(["strings", "check", "--json", path], folder)
        #expect(checked.status == 0, "\(checked.errors)")
        let last = try #require(checked.text.split(separator: "\n").last)
        let json = try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: [String: Any]]
        let found = json?["summary"]?["languages"] as? [String: Any]
        #expect(found?.keys.sorted().joined(separator: " ") == languages)
      }
      let convert = try Self.run(["strings", "convert", "in", "--to", "Out.xcstrings"], folder)
      #expect(convert.status == 0)
      #expect(
        convert.errors.hasPrefix("in/Foobar.lproj: warning: its name is no language; its texts are left out"))
      try check("Out.xcstrings", "ca-valencia de en sr-Latn zh-TW")
      #expect(
        try Self.run(["strings", "import", "in", "--into", "Localizable.xcstrings"], folder).status == 0)
      try check("Localizable.xcstrings", "ca-valencia de en sr-Latn zh-TW")
      #expect(try Self.run(["strings", "convert", "Out.xcstrings", "--to", "back"], folder).status == 0)
      try check("back", "ca-valencia de en sr-Latn zh-TW")
      let pseudo = ["strings", "pseudo", "in", "--to", "P.xcstrings", "--locale", "de_AT.UTF-8@euro"]
      #expect(try Self.run(pseudo, folder).status == 0)
      try check("P.xcstrings", "ca-valencia de de-AT en sr-Latn zh-TW")
      let shown = ["strings", "show", "HELLO", "A", "--locale", "sr-Latn-RS", "--catalog", "back"]
      #expect(try Self.run(shown, folder).text == "sr@latin A\n")
      // What could not be read again is not written.
      for target in ["x/.xcstrings", "x/de.lproj"] {
        let ended = try Self.run(["strings", "convert", "in", "--to", target], folder)
        #expect(ended.status == 64)
        #expect(ended.errors.hasSuffix("nothing was written\n"))
      }
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "x").path))
    }
  }

  @Test func convertGoesBothWaysAndOverwritesNothing() throws {
    try Self.withCatalog { folder in
      #expect(
        try Self.run(["strings", "convert", "Localizable.xcstrings", "--to", "out"], folder).status == 0)
      #expect(
        try Self.run(["strings", "convert", "out", "--to", "new/Localizable.xcstrings"], folder).status == 0)
      let shown = try Self.run(["strings", "show", "FILES", "2", "--catalog", "new"], folder)
      #expect(shown.text == "de  none; en answers\nen  2 files\n")
      // Nothing that was only converted counts as changed.
      let back = try Self.run(["strings", "import", "out", "--into", "new/Localizable.xcstrings"], folder)
      #expect(back.errors.hasSuffix("notilua: 0 texts added, 0 changed\n"), "\(back.errors)")
      #expect(try Self.run(["strings", "convert", "Localizable.xcstrings", "--to", ""], folder).status == 64)
      #expect(
        try Self.run(["strings", "pseudo", "Localizable.xcstrings", "--to", "p", "--locale", "de"], folder)
          .status == 64)
      let again = try Self.run(["strings", "convert", "Localizable.xcstrings", "--to", "out"], folder)
      #expect(again.status == 64)
      #expect(again.errors.contains("is there already; write over it with --force"))
      #expect(
        try Self.run(["strings", "convert", "Localizable.xcstrings", "--to", "out", "--force"], folder).status
          == 0)
      // The one that is read may not be lost by a mistake of the command line.
      let onto = try Self.run(["strings", "convert", "out", "--to", "Localizable.xcstrings"], folder)
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
      let ended = try Self.run(["strings", "convert", "A.xcstrings", "--to", "out"] + flags, folder)
      #expect(ended.status == 64)
      #expect(ended.errors.contains("'out/en.lproj/A.stringsdict' is there already"), "\(ended.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "out/en.lproj/A.strings").path))
      try FileManager.default.removeItem(at: leftover)
      #expect(try Self.run(["strings", "convert", "A.xcstrings", "--to", "out"], folder).status == 0)
    }
  }

  @Test func importOfTheOwnExportLeavesTheFile() throws {
    try Self.withCatalog { folder in
      let file = folder.appending(path: "Localizable.xcstrings")
      let text = try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
      try text.write(to: file, atomically: true, encoding: .utf8)
      #expect(
        try Self.run(["strings", "convert", "Localizable.xcstrings", "--to", "out"], folder).status == 0)
      let ended = try Self.run(["strings", "import", "out", "--into", "Localizable.xcstrings"], folder)
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
      #expect(try Self.run(["strings", "convert", "od.xcstrings", "--to", "o"], folder).status == 0)
      let ended = try Self.run(["strings", "import", "o", "--into", "od.xcstrings"], folder)
      #expect(ended.errors.hasSuffix("notilua: 0 texts added, 0 changed\n"), "\(ended.errors)")
      #expect(try Data(contentsOf: file) == Data(text.utf8))
      #expect(try Self.run(["strings", "convert", "od.xcstrings", "--to", "o2"], folder).status == 0)
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
        let ended = try Self.run(["strings"] + arguments, folder)
        #expect(ended.status != 0)
        #expect(ended.errors.contains(cause), "\(ended.errors)")
      }
      let check = try Self.run(["check"], folder)
      #expect(check.status == 65)
      #expect(check.text.contains(cause), "\(check.text)")
    }
  }

  @Test func importAddsTranslations() throws {
    try Self.withCatalog { folder in
      let strings = folder.appending(path: "from/fr.lproj")
      try FileManager.default.createDirectory(at: strings, withIntermediateDirectories: true)
      try "HELLO = \"Bonjour %@\"; NEW = \"neuf\";".write(
        to: strings.appending(path: "Localizable.strings"), atomically: true, encoding: .utf8)
      let ended = try Self.run(["strings", "import", "from", "--into", "Localizable.xcstrings"], folder)
      #expect(ended.status == 0)
      #expect(ended.errors.hasSuffix("notilua: 2 texts added, 0 changed\n"))
      let shown = try Self.run(
        ["strings", "show", "HELLO", "A", "--catalog", "Localizable.xcstrings"], folder)
      #expect(shown.text == "de  Hallo A\nen  Hello A\nfr  Bonjour A\n")
    }
  }

  @Test(
    arguments: [
      (["strings", "show", "K"], 64, "no catalog is named"),
      (["strings", "check", "gone"], 66, "there is no such file"),
      (["strings", "show", "K", "--locale", "deutsch!"], 64, "is no language"),
      (["strings", "show", "K", "--device", "iphnoe"], 64, "--device is 'iphnoe'"),
      (["strings", "check", "--language", "1"], 64, "is no language"),
      (["strings", "convert", "x"], 64, "--to"),
      (["strings", "import", "x", "--into", "y.strings"], 64, "is no .xcstrings"),
      (["strings", "pseudo", "gone", "--to", "x.xcstrings"], 66, "there is no such file"),
      (["strings", "unknown"], 64, "unknown"),
    ] as [([String], Int32, String)])
  func wrongUsageIsOneSentence(_ arguments: [String], _ status: Int32, _ text: String) throws {
    try Program.withFolder { folder in
      let ended = try Self.run(arguments, folder)
      #expect(ended.status == status, "\(ended.errors)")
      #expect(ended.errors.contains(text), "\(ended.errors)")
      #expect(ended.errors.split(separator: "\n").count == 1)
    }
  }

  @Test func everySubcommandHasAnExample() throws {
    for name in ["check", "show", "pseudo", "convert", "import"] {
      #expect(try Program.run(["strings", name, "--help"], input: "").text.contains("Example"))
    }
  }

  /// All workers and both kinds of isolation read the same catalogs, and go on with them when a worker has died.
  @Test func catalogsOutliveAWorker() throws {
    try Self.withCatalog { folder in
      try "strings: { catalogs: Localizable.xcstrings }\nplugins: [p.lua]\nworkers: 2\n".write(
        to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      try """
      local deep = string.rep("(", 190) .. string.rep(")", 190)
      return { did_receive = function(request, content)
        if content.body == "die" then while true do content.body:rep(1000):gsub(".", "%0") end end
        content.body = notilua.localize("HELLO", content.body)
      end }
      """.write(to: folder.appending(path: "p.lua"), atomically: true, encoding: .utf8)
      var lines = (0..<200).map { #"{"locale":"de","payload":{"aps":{"alert":"n\#($0)"}}}"# }
      lines[50] = #"{"locale":"de","payload":{"aps":{"alert":"die"}}}"#
      let ended = try Self.run(["run", "-q"], folder, input: lines.joined(separator: "\n") + "\n")
      let output = ended.text.split(separator: "\n")
      #expect(output.count == 200)
      #expect(output[199] == #"{"locale":"de","payload":{"aps":{"alert":"Hallo n199"}}}"#)
      #expect(output[50] == #"{"locale":"de","payload":{"aps":{"alert":"die"}}}"#)
    }
  }

  @Test func theExampleReadsAsItShould() throws {
    let folder = "examples/3-localise/"
    let ended = try Program.run(
      ["run", "--quiet", "--config", folder + "notilua.yaml", folder + "payloads.ndjson"], input: "")
    #expect(ended.status == 0)
    #expect(ended.errors == "")
    let texts = [
      "Ann möchte mit dir befreundet sein", "Jan: 22 wiadomości", "رسالتان من ليلى", "١٬٢٥٠ رسالة من ليلى",
      "Аня: 5 сообщений",
      "ご注文 A-1093 を発送しました", "Luc veut devenir ton ami", "Asha sent 1,23,456 messages",
    ]
    let lines = ended.text.split(separator: "\n")
    #expect(lines.count == texts.count)
    for (line, text) in zip(lines, texts) { #expect(line.contains("\"body\":\"\(text)\"}"), "\(line)") }
    #expect(
      try Program.run(["strings", "check", "--strict", folder + "Localizable.xcstrings"], input: "").status
        == 0)
  }

  @Test func explainSaysWhichLanguageAnswered() throws {
    try Self.withCatalog { folder in
      try "strings: { catalogs: Localizable.xcstrings }\nplugins: [p.lua]\n".write(
        to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      try "return { did_receive = function() notilua.localize_alert() end }".write(
        to: folder.appending(path: "p.lua"), atomically: true, encoding: .utf8)
      let line =
        #"{"locale":"de","payload":{"aps":{"alert":{"title-loc-key":"FILES","title-loc-args":["2"],"loc-key":"HELLO"}}}}"#
      let ended = try Self.run(["explain"], folder, input: line)
      #expect(ended.text.contains("    text 'FILES' in en from Localizable.xcstrings\n      no text in de\n"))
      #expect(
        ended.text.contains(
          "    text 'HELLO' in de from Localizable.xcstrings\n      argument 1 is missing\n"))
    }
  }
}
