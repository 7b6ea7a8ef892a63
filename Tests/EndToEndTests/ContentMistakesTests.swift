import Foundation
import Testing

/// The messages of `notilua check` and `notilua preview` about mistakes in content extensions and in the section `presentation`.
struct ContentMistakesTests {
  private static let payload = #"{"aps":{"alert":"x","category":"E"}}"#

  /// The output of both for a handler's body.
  private static func outputs(_ body: String, traits: String = "categories = { 'E' }") throws -> (
    check: String, preview: String
  ) {
    try Program.withFolder { folder in
      let source = """
        local plugin = { kind = "content", description = "d", \(traits) }
        function plugin.did_receive(notification, view)
        \(body)
        end
        return plugin
        """
      try source.write(to: folder.appending(path: "p.lua"), atomically: true, encoding: .utf8)
      let check = try Program.run(["check", "--plugin", "p.lua"], in: folder)
      let preview = try Program.run(["preview", "--plugin", "p.lua"], input: Data(payload.utf8), in: folder)
      return (check.text, preview.errors)
    }
  }

  @Test(arguments: [
    (
      #"view:text("hi")"#,
      "'view:text' passes 'view' itself as the first argument; write view.text(…) with a dot"
    ),
    ("notilua.text:length('x')", "itself as the first argument; write notilua.text.length(…) with a dot"),
    (
      "notilua:now()",
      "'notilua:now' passes 'notilua' itself as the first argument; write notilua.now(…) with a dot"
    ),
    (#"view.txt("hi")"#, "did you mean 'text'?"),
    ("view.progress(60)", "a share is 0 to 1, so write 60 / 100"),
    ("view.progress(62.5)", "a share is 0 to 1, so write 62.5 / 100"),
  ])
  func aMistakeIsNamedByBoth(_ body: String, _ message: String) throws {
    let (check, preview) = try Self.outputs(body)
    #expect(check.contains("p.lua:3: warning: ") && check.contains(message), "\(check)")
    #expect(preview.contains(message), "\(preview)")
  }

  @Test func aMethodOfAFunctionIsNamed() throws {
    // luacheck's issue 132.
    let (check, _) = try Self.outputs("table.insert:find('x')")
    #expect(check.contains("p.lua:3: warning: 'table.insert' is a function and has no 'find'"), "\(check)")
  }

  @Test func anAttachmentThatIsNotThereIsTested() throws {
    let (_, preview) = try Self.outputs("view.image(notification.request.content.attachments[1].identifier)")
    #expect(preview.contains("p.lua:3: ") && preview.contains("test the element first"), "\(preview)")
  }

  @Test func aShareAMoreThanAllIsNoMistake() throws {
    let (check, preview) = try Self.outputs("view.progress(1.2) view.progress(1)")
    #expect(check.contains(" 0 warnings") && preview == "", "\(check)\(preview)")
  }

  @Test func aTraitInTheSingularIsNamed() throws {
    let (check, _) = try Self.outputs("", traits: "category = 'E'")
    #expect(check.contains("plugin.category is no key of a plugin; did you mean 'categories'?"), "\(check)")
  }

  // MARK: The section `presentation`

  private static let catalog =
    #"{"sourceLanguage":"en","version":"1.0","strings":{"ACCEPT":{"localizations":{"en":{"stringUnit":{"state":"translated","value":"Accept"}}}}}}"#

  /// The lines of `check` on a configuration beside a catalog.
  private static func check(_ presentation: String, catalog name: String? = "Localizable") throws -> [String]
  {
    try Program.withFolder { folder in
      try "return { kind = 'content', description = 'd', categories = { 'E' }, did_receive = function() end }"
        .write(
          to: folder.appending(path: "p.lua"), atomically: true, encoding: .utf8)
      var yaml = "plugins: [{ path: p.lua }]\n"
      if let name {
        try catalog.write(to: folder.appending(path: "\(name).xcstrings"), atomically: true, encoding: .utf8)
        yaml += "strings: { catalogs: \(name).xcstrings }\n"
      }
      try (yaml + presentation).write(
        to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      return try Program.run(["check"], in: folder).text.split(separator: "\n").map(String.init)
    }
  }

  private static let actions = """
    presentation:
      categories:
        - identifier: E
          actions:
            - { identifier: a, title_loc_key: ACCEPT, text_input: { placeholder_loc_key: ACCEPT } }
          hidden_previews_body_placeholder_loc_key: ACCEPT
    """

  @Test func aKeyThatIsThereIsNoFinding() throws {
    #expect(try Self.check(Self.actions) == ["1 plugin, 0 errors, 0 warnings"])
  }

  @Test func aTableOfAnotherNameIsSaid() throws {
    let lines = try Self.check(Self.actions, catalog: "L")
    #expect(
      lines.first
        == "notilua.yaml:7:43: warning: title_loc_key is 'ACCEPT', which the table 'L' has and 'Localizable' has not; a"
        + " table's name is its file's, so call 'L.xcstrings' Localizable")
    #expect(lines.last == "1 plugin, 0 errors, 3 warnings")
  }

  @Test func aKeyThatNoCatalogHasIsSaid() throws {
    let near = try Self.check(Self.actions.replacing("title_loc_key: ACCEPT", with: "title_loc_key: ACEPT"))
    #expect(
      near.first?.hasSuffix("title_loc_key is 'ACEPT', which no catalog has; did you mean 'ACCEPT'?") == true)
    let none = try Self.check(Self.actions, catalog: nil)
    #expect(none.first?.contains("but there is no catalog; name one with 'strings:") == true)
  }

  @Test func anIconThatIsNotThereIsSaid() throws {
    let gone = try Self.check("presentation: { app: { icon: ./gone.png } }")
    #expect(
      gone.first?.hasPrefix("notilua.yaml:3:") == true
        && gone.first?.hasSuffix("gone.png' is not there; check the path") == true, "\(gone)")
    let text = try Self.check("presentation: { app: { icon: ./p.lua } }")
    #expect(text.first?.contains("presentation.app.icon: ") == true && text.count == 2, "\(text)")
    // The name of an icon in the desktop's theme.
    #expect(try Self.check("presentation: { app: { icon: mail-unread } }").count == 1)
  }

  @Test(arguments: ["attachments", "sounds"]) func aFolderThatIsNotThereIsSaid(_ key: String) throws {
    try Program.withFolder { folder in
      try "presentation: { \(key): [gone] }\n".write(
        to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      let ended = try Program.run(["check"], in: folder)
      #expect(ended.status == 64 && ended.errors.contains("which is no folder; make it or name another"))
    }
  }
}
