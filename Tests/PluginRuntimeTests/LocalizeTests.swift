import Localization
import LosslessJSON
import NotificationModel
import PluginRuntime
import Testing
import WorkerProtocol

/// `notilua.localize` and `notilua.localize_alert` with catalogs.
struct LocalizeTests {
  private static func catalog(_ path: String, _ table: String, _ texts: [(String, String, String)])
    -> CompiledCatalog
  {
    var catalog = StringCatalog(table: table, path: path, sourceLanguage: "en")
    for (key, language, text) in texts {
      catalog.set(LocalizedText(value: .unit(StringUnit(text))), key, language)
    }
    return CatalogCompiler.compile(catalog, device: "iphone").catalog
  }

  private static let own = catalog(
    "own", "Localizable", [("OWN", "en", "own %@"), ("HELLO", "en", "own hello %@")])
  private static let app = catalog(
    "app", "Localizable",
    [
      ("HELLO", "en", "hello %@"), ("HELLO", "de", "hallo %@"), ("COUNT", "en", "%1$@ has %2$lld"),
      ("COUNT", "de", "%1$@ hat %2$lld"), ("TEN", "en", "%@%@%@%@%@%@%@%@%@%@"), ("ONLY", "en", "only"),
      ("EMPTY", "en", ""),
    ])
  private static let errors = catalog("errors", "Errors", [("HELLO", "en", "error %@")])

  /// What a plugin with these catalogs makes of a line, and the outcome's head.
  private func run(
    _ body: String, line: String, catalogs: [CompiledCatalog] = [app, errors], languages: [String] = [],
    writesOutcomes: Bool = true
  ) throws -> (output: String, outcome: String, notes: [String]) {
    let source = "return { did_receive = function(request, content) \(body) end }"
    var definitions = [PluginDefinition(name: "p", path: "p.lua", source: Array(source.utf8))]
    definitions[0].catalogs = catalogs
    definitions[0].languages = languages
    let memory = CompiledStrings.join(PluginDefinition.numberCatalogs(&definitions))
    return try memory.withUnsafeBytes { memory in
      let plugin = try Plugin(definition: definitions[0], seed: 1, localizer: Localizer(memory))
      #expect(plugin.loadFault == nil)
      var options = RunnerOptions()
      options.writesOutcomes = writesOutcomes
      let runner = BatchRunner(chain: Chain(plugins: [plugin]), options: options)
      runner.begin(quarantined: 0)
      var line = line
      line.withUTF8 { runner.run(item: 0, UnsafeRawBufferPointer($0), receivedAt: 0) }
      return runner.withResults { _, sections in
        (
          String(decoding: sections[3], as: UTF8.self).replacing("\n", with: ""),
          String(decoding: sections[4], as: UTF8.self),
          Note.read(sections[5], plugins: ["p"]).map { "\($0.level): \($0.text)" }
        )
      }
    }
  }

  private static func line(_ locale: String, _ alert: String = #""hi""#) -> String {
    #"{"locale":\#(locale),"payload":{"aps":{"alert":\#(alert)}}}"#
  }

  /// A text as JSON.
  private func json(_ text: String) -> String {
    var writer = JSONWriter()
    writer.value(text)
    return writer.text
  }

  @Test(
    arguments: [
      (#"notilua.localize("HELLO", "Ann")"#, #""de-AT""#, "hallo Ann"),
      (#"notilua.localize("HELLO", "Ann")"#, #"["ja","de"]"#, "hallo Ann"),
      (#"notilua.localize("COUNT", "Ann", 1234)"#, #""de""#, "Ann hat 1.234"),
      (#"notilua.localize("COUNT", { "Ann", 1234 })"#, #""en""#, "Ann has 1,234"),
      (#"notilua.localize("COUNT", { "a\"\\\n", "7" })"#, #""en""#, "a\"\\\n has 7"),
      (#"notilua.localize("COUNT", nil, 3)"#, #""en""#, "%1$@ has 3"),
      (#"notilua.localize("COUNT", true, 2.5)"#, #""en""#, "true has 2.5"),
      (#"notilua.localize("TEN", {1,2,3,4,5,6,7,8,9,10})"#, #""en""#, "12345678910"),
      (#"notilua.localize{ key = "HELLO", arguments = { "Ann" }, locale = "de" }"#, #""en""#, "hallo Ann"),
      (
        #"notilua.localize{ key = "HELLO", arguments = { "Ann" }, locale = { "fr", "de" } }"#, #""en""#,
        "hallo Ann"
      ),
      (#"notilua.localize{ key = "HELLO", arguments = { "Ann" }, table = "Errors" }"#, #""de""#, "error Ann"),
      (
        #"notilua.localize{ key = "HELLO", arguments = { "Ann" }, isolate = true }"#, #""de""#,
        "hallo \u{2068}Ann\u{2069}"
      ),
      (#"notilua.localize{ key = "ONLY", arguments = {} }"#, #""de""#, "only"),
      (#"select(2, notilua.localize("HELLO", "Ann"))"#, #""de""#, "de"),
      (#"tostring(select(2, notilua.localize("GONE")))"#, #""de""#, "nil"),
      (#"notilua.localize("GONE")"#, #""de""#, "GONE"),
    ])
  func textsAreFound(_ expression: String, _ locale: String, _ expected: String) throws {
    let ended = try run("content.body = \(expression)", line: Self.line(locale), writesOutcomes: false)
    let wanted = Self.line(locale, json(expected))
    #expect(ended.output == wanted)
  }

  @Test(arguments: [
    ("notilua.localize()", "bad argument #1 'key' to 'notilua.localize': expected a value, got nothing"),
    ("notilua.localize(7)", "bad argument #1 'key' to 'notilua.localize': expected a string, got a number"),
    (#"notilua.localize("A", { a = 1 })"#, "notilua.localize: the arguments are not a list"),
    ("notilua.localize{}", "notilua.localize: the table has no 'key'"),
    (
      #"notilua.localize{ key = "A", locle = "de" }"#,
      "notilua.localize knows no 'locle'; did you mean 'locale'?"
    ),
    (#"notilua.localize{ key = 3 }"#, "notilua.localize: 'key' is not a string"),
    (#"notilua.localize{ key = "A", arguments = "x" }"#, "notilua.localize: 'arguments' is not a list"),
    (
      #"notilua.localize{ key = "A", locale = 3 }"#,
      "notilua.localize: 'locale' is not a language or a list of them"
    ),
    (#"notilua.localize{ key = "A", isolate = 1 }"#, "notilua.localize: 'isolate' is not true or false"),
    (#"notilua.localize_alert("x")"#, "notilua.localize_alert: the options are not a table"),
    (#"notilua.localize_alert{ key = "x" }"#, "notilua.localize_alert knows no 'key'"),
  ])
  func mistakesAreNamed(_ expression: String, _ expected: String) throws {
    let ended = try run(expression, line: Self.line(#""de""#))
    #expect(ended.notes.contains { $0.hasPrefix("fault: ") && $0.contains(expected) }, "\(ended.notes)")
  }

  @Test func thePluginsOwnCatalogComesFirst() throws {
    let ended = try run(
      #"content.body = notilua.localize("HELLO", "A") content.title = notilua.localize("COUNT", "B", 1)"#,
      line: Self.line(#""de""#), catalogs: [Self.own, Self.app])
    #expect(ended.output.contains(#""body":"own hello A""#))
    #expect(ended.output.contains(#""title":"B hat 1""#))
    #expect(
      ended.outcome.contains(
        #""localized":[{"plugin":"p","key":"HELLO","language":"en","catalog":"own","problems":["none of the recipient's languages is there"]},{"plugin":"p","key":"COUNT","language":"de","catalog":"app"}]"#
      ))
  }

  @Test func whatIsMissingIsWarnedOf() throws {
    let ended = try run(
      #"notilua.localize("ONLY", "x") notilua.localize("GONE") notilua.localize{ key = "A", table = "Nowhere" }"#,
      line: Self.line(#""de""#), writesOutcomes: false)
    #expect(
      ended.notes == [
        "warning: 'ONLY' in en: no text in de; 1 argument for a text that takes 0 (app)",
        "warning: 'GONE': no catalog has the key",
        "warning: 'A': there is no table 'Nowhere', but 'Errors', 'Localizable'",
      ])
    let without = try run(#"content.body = notilua.localize("A")"#, line: Self.line(#""de""#), catalogs: [])
    #expect(without.notes == ["warning: 'A': there is no table 'Localizable', and no catalog"])
  }

  @Test func theConfigurationNamesTheLanguageOfWhoHasNone() throws {
    let body = #"content.body = notilua.localize("HELLO", "A")"#
    #expect(
      try run(body, line: #"{"aps":{"alert":"x"}}"#, languages: ["fr", "de"]).output.contains("hallo A"))
    #expect(try run(body, line: #"{"aps":{"alert":"x"}}"#).output.contains("hello A"))
    #expect(try run(body, line: Self.line(#""en""#), languages: ["de"]).output.contains("hello A"))
  }

  @Test func textsCanBeFoundWhileThePluginIsLoaded() throws {
    let source = """
      local text = notilua.localize{ key = "HELLO", arguments = { "A" }, locale = "de" }
      return { did_receive = function(request, content) content.body = text end }
      """
    var definitions = [PluginDefinition(name: "p", path: "p.lua", source: Array(source.utf8))]
    definitions[0].catalogs = [Self.app]
    let memory = CompiledStrings.join(PluginDefinition.numberCatalogs(&definitions))
    try memory.withUnsafeBytes { memory in
      let plugin = try Plugin(definition: definitions[0], seed: 1, localizer: Localizer(memory))
      #expect(plugin.loadFault == nil)
    }
  }

  @Test(arguments: [
    (#"{"loc-key":"HELLO","loc-args":["A"]}"#, #"{"body":"hallo A"}"#),
    (
      #"{"title-loc-key":"ONLY","subtitle-loc-key":"HELLO","subtitle-loc-args":["S"],"body":"b"}"#,
      #"{"body":"b","title":"only","subtitle":"hallo S"}"#
    ),
    (#"{"loc-key":"GONE","loc-args":["A"],"body":"b"}"#, #"{"loc-key":"GONE","loc-args":["A"],"body":"b"}"#),
    (#"{"loc-key":"HELLO","loc-args":["A"],"body":"old","x":1}"#, #"{"body":"hallo A","x":1}"#),
    (#"{"title":{"loc-key":"HELLO","loc-args":["T"]},"body":"b"}"#, #"{"title":"hallo T","body":"b"}"#),
    (#"{"loc-key":"EMPTY","title":"t"}"#, #"{"loc-key":"EMPTY","title":"t"}"#),
    (#"{"loc-key":7,"body":"b"}"#, #"{"loc-key":7,"body":"b"}"#),
    (#"{"loc-key":"HELLO","loc-args":"A","body":"b"}"#, #"{"body":"hallo %@"}"#),
    (#"{"loc-key":"HELLO","loc-args":[{"a":1}]}"#, #"{"body":"hallo {\"a\":1}"}"#),
    (#""text""#, #""text""#),
  ])
  func alertsAreLocalised(_ alert: String, _ expected: String) throws {
    let ended = try run("notilua.localize_alert()", line: Self.line(#""de""#, alert))
    #expect(ended.output == Self.line(#""de""#, expected))
  }

  @Test func whatAPluginSaysIsNotTakenForWhatARequestSays() throws {
    // A text that looks like the JSON of a request's language, asked for first.
    let body = #"""
      notilua.localize{ key = "HELLO", arguments = { "x" }, locale = "\"de\"" }
      content.body = notilua.localize("HELLO", "A")
      """#
    #expect(try run(body, line: Self.line(#""de""#)).output.contains("hallo A"))
    let list = #"""
      notilua.localize{ key = "HELLO", arguments = { "x" }, locale = "fr\nde" }
      content.body = notilua.localize{ key = "HELLO", arguments = { "A" }, locale = { "fr", "de" } }
      """#
    #expect(try run(list, line: Self.line(#""en""#)).output.contains("hallo A"))
  }

  @Test(arguments: ["[]", #""""#, #"[""]"#, "null"])
  func aRequestThatNamesNoLanguageIsOneWithout(_ locale: String) throws {
    let ended = try run(
      #"content.body = notilua.localize("HELLO", "A")"#, line: Self.line(locale), languages: ["de"])
    #expect(ended.output.contains("hallo A"))
  }

  @Test func longListsOfLanguagesCostLittle() throws {
    let tags = (0..<20_000).map { #""x\#($0 % 10)-\#($0)""# }.joined(separator: ",")
    let ended = try run(
      #"content.body = notilua.localize("HELLO", "A")"#, line: Self.line("[\(tags)]"), languages: ["de"])
    #expect(ended.output.contains("h"))
    let long = String(repeating: "de-", count: 100_000)
    #expect(
      try run(#"content.body = notilua.localize("HELLO", "A")"#, line: Self.line("[\"\(long)\",\"de\"]"))
        .output.contains("hallo A"))
  }

  @Test func aTextThatMultipliesItsArgumentIsCut() throws {
    let many = Self.catalog("many", "Localizable", [("MANY", "en", String(repeating: "%1$@", count: 2000))])
    let ended = try run(
      #"local text = notilua.localize("MANY", string.rep("x", 50000)) content.title = #text < 200000 and "short" or "long""#,
      line: Self.line(#""en""#), catalogs: [many])
    #expect(ended.output.contains(#""title":"short""#))
    #expect(ended.notes == ["warning: 'MANY' in en: the text is cut at 65536 bytes (many)"])
  }
}
