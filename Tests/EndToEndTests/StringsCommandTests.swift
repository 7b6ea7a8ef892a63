import Foundation
import Testing

/// `notilua strings`, and catalogs in `run`, `explain` and `check`.
struct StringsCommandTests {
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
      #expect(try CatalogFolder.run(show, folder).text == "Hi\n")
      #expect(try CatalogFolder.run(show + ["--source", "ar"], folder).text == "مرحبا\n")
      #expect(try CatalogFolder.run(show + ["--source", "sr@latin!"], folder).status == 64)
      let checked = try CatalogFolder.run(["strings", "check", "App"], folder).text
      #expect(checked.contains("App: source language: en-US (English, since no Info.plist names one)\n"))
      let set = try CatalogFolder.run(["strings", "check", "App", "--source", "de"], folder).text
      #expect(set.contains("App: source language: de (as configured)\n"))
      // And so do run and the catalogs that the configuration names.
      try "plugins: [p.lua]\nstrings: { catalogs: App, source: de_DE }\n".write(
        to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      try "return { did_receive = function(r, content) content.body = notilua.localize('HI') end }".write(
        to: folder.appending(path: "p.lua"), atomically: true, encoding: .utf8)
      let line = #"{"locale":"da","payload":{"aps":{"alert":"x"}}}"#
      #expect(try CatalogFolder.run(["run", "-q"], folder, input: line).text.contains("Hallo"))
      #expect(try CatalogFolder.run(["strings", "show", "HI", "--locale", "da"], folder).text == "Hallo\n")
      #expect(
        try CatalogFolder.run(["check"], folder).text.contains("App: source language: de (as configured)\n"))
      try "plugins: [p.lua]\nstrings: { catalogs: App, source: 1 }\n".write(
        to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      let wrong = try CatalogFolder.run(["check"], folder)
      #expect(wrong.errors.contains("strings.source is '1', which is no language"), "\(wrong.errors)")
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
      let ended = try CatalogFolder.run(arguments, folder)
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
    try CatalogFolder.withCatalog { folder in
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
      let ended = try CatalogFolder.run(["run", "-q"], folder, input: lines.joined(separator: "\n") + "\n")
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
    try CatalogFolder.withCatalog { folder in
      try "strings: { catalogs: Localizable.xcstrings }\nplugins: [p.lua]\n".write(
        to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      try "return { did_receive = function() notilua.localize_alert() end }".write(
        to: folder.appending(path: "p.lua"), atomically: true, encoding: .utf8)
      let line =
        #"{"locale":"de","payload":{"aps":{"alert":{"title-loc-key":"FILES","title-loc-args":["2"],"loc-key":"HELLO"}}}}"#
      let ended = try CatalogFolder.run(["explain"], folder, input: line)
      #expect(ended.text.contains("    text 'FILES' in en from Localizable.xcstrings\n      no text in de\n"))
      #expect(
        ended.text.contains(
          "    text 'HELLO' in de from Localizable.xcstrings\n      argument 1 is missing\n"))
    }
  }
}
