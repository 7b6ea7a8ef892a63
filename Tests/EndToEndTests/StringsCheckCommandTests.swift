import Foundation
import Testing

/// `notilua strings check`: what it finds, for people and for programs.
struct StringsCheckCommandTests {
  @Test func checkCountsAndTells() throws {
    try CatalogFolder.withCatalog { folder in
      let checked = try CatalogFolder.run(["strings", "check", "Localizable.xcstrings"], folder)
      #expect(checked.status == 0)
      #expect(
        checked.text == """
          Localizable.xcstrings:4: 'FILES': warning: no text in de; translate it
          LANGUAGE  TRANSLATED  COMPLETE
          de        1 of 2      50 %
          en        2 of 2      100 % (source)
          1 catalog, 2 keys, 2 languages: 0 errors, 1 warning

          """)
      #expect(
        try CatalogFolder.run(["strings", "check", "--strict", "Localizable.xcstrings"], folder).status == 1)
      let payloads = """
        {"aps":{"alert":{"loc-key":"HELLO"}}}
        not json
        {"payload":{"aps":{"alert":{"title":{"loc-key":"LIVE"},"title-loc-key":"GONE"}}}}

        """
      try payloads.write(to: folder.appending(path: "p.ndjson"), atomically: true, encoding: .utf8)
      let used = try CatalogFolder.run(
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
    try CatalogFolder.withCatalog { folder in
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
        try CatalogFolder.run(["strings", "check"], folder).text.hasSuffix(
          "2 catalogs, 3 keys, 2 languages: 0 errors, 1 warning\n"))
      #expect(
        try CatalogFolder.run(["strings", "show", "HELLO", "A", "--locale", "de"], folder).text == "Hallo A\n"
      )
      #expect(try CatalogFolder.run(["check"], folder).text == "1 plugin, 0 errors, 0 warnings\n")
      // What is wrong with a catalog is told once, and by its own place.
      try "{".write(to: folder.appending(path: "Localizable.xcstrings"), atomically: true, encoding: .utf8)
      let wrong = try CatalogFolder.run(["check"], folder)
      #expect(wrong.status == 65)
      #expect(wrong.text.hasPrefix("notilua.yaml:2:"))
      #expect(wrong.text.contains("Localizable.xcstrings:1:2: not a string catalog"))
      #expect(wrong.text.hasSuffix("1 plugin, 1 error, 0 warnings\n"))
      let ended = try CatalogFolder.run(["run"], folder, input: #"{"aps":{"alert":"x"}}"#)
      #expect(ended.status == 64)
      #expect(ended.errors.hasPrefix("notilua: notilua.yaml:2:"))
    }
  }

  @Test func findingsAreObjectsForPrograms() throws {
    try CatalogFolder.withCatalog { folder in
      let ended = try CatalogFolder.run(
        ["strings", "check", "--json", "--strict", "Localizable.xcstrings"], folder)
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
      let strings = try CatalogFolder.run(["strings", "check"], folder)
      #expect(strings.status == 1)
      #expect(strings.text.hasPrefix(finding), "\(strings.text)")
      let check = try CatalogFolder.run(["check"], folder)
      #expect(check.status == 65)
      #expect(check.text == finding + "1 plugin, 1 error, 0 warnings\n")
    }
  }
}
