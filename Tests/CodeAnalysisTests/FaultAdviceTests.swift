import NotificationModel
import PluginRuntime
import Testing
import WorkerProtocol

/// What a fault, or a notification that was not dropped, says to its author.
struct FaultAdviceTests {
  /// The notes and the outcome of a plugin whose did_receive has this body.
  private static func run(
    _ body: String, path: String = "p.lua"
  ) throws -> (notes: [Note], outcome: String) {
    let source =
      "local plugin = {}\nfunction plugin.did_receive(request, content)\n\(body)\nend\nreturn plugin"
    let plugin = try Plugin(
      definition: PluginDefinition(name: "p", path: path, source: Array(source.utf8)), seed: 1)
    #expect(plugin.loadFault == nil)
    var options = RunnerOptions()
    options.writesOutcomes = true
    let runner = BatchRunner(chain: Chain(plugins: [plugin]), options: options)
    runner.begin(quarantined: 0)
    var line = #"{"aps":{"alert":"hi"}}"#
    line.withUTF8 { runner.run(item: 0, UnsafeRawBufferPointer($0), receivedAt: 0) }
    return runner.withResults { _, sections in
      (Note.read(sections[5], plugins: ["p"]), String(decoding: sections[4], as: UTF8.self))
    }
  }

  @Test(
    arguments: [
      ("unpack({})", "attempt to call a nil value (global 'unpack'); Lua 5.4 has table.unpack"),
      (
        "io.open('x')",
        "attempt to index a nil value (global 'io'); plugins read no files; put the data into a module, or into the plugin's settings"
      ),
      ("local n = table.getn({})", "attempt to call a nil value (field 'getn'); write #t"),
      ("notilua.drp('x')", "attempt to call a nil value (field 'drp'); did you mean 'notilua.drop'?"),
      (
        "content.body = titel .. '!'",
        "attempt to concatenate a nil value (global 'titel'); did you mean 'content.title'?"
      ),
      (
        "content.badge = counter + 1",
        "attempt to perform arithmetic on a nil value (global 'counter'); give it a value first, with 'local counter = …'"
      ),
      (
        "content.body = content.body:trim()",
        #"attempt to call a nil value (method 'trim'); write text:match("^%s*(.-)%s*$")"#
      ),
      (
        "content.threadIdentifier = 'x'",
        "content has no property 'threadIdentifier'; did you mean 'thread_identifier'?"
      ),
      ("local x = request.Locale", "request has no property 'Locale'; did you mean 'locale'?"),
      // A function of C has no line of its own; the error is that of the line that called it.
      (
        "for _ in ipairs(nil) do end",
        "attempt to index a nil value; it is not there; test it first, with 'if … then'"
      ),
      (
        "local n = math.min(1, '99')",
        "attempt to compare string with number; compare values of one type, with 'tonumber(text)' or 'tostring(number)'"
      ),
      (
        "table.sort({ 3, 'a' })",
        "attempt to compare string with number; compare values of one type, with 'tonumber(text)' or 'tostring(number)'"
      ),
      (
        "for _ in ipairs(notilua.null) do end",
        "attempt to index a null value; JSON's null counts as true; test it first, with 'if value ~= notilua.null then … end'"
      ),
      // Nothing is known of these.
      ("local t = {} t.x()", "attempt to call a nil value (field 'x'); there is no function of that name"),
      ("error('attempt to call a nil value (global \\'unpack\\')', 0)", nil),
    ] as [(String, String?)])
  func aFaultHasItsNextStep(_ body: String, _ message: String?) throws {
    let note = try #require(try Self.run(body).notes.first)
    #expect(note.level == "fault")
    #expect(
      note.text
        == "error, then skip: "
        + (message.map { "p.lua:3: \($0)" } ?? "attempt to call a nil value (global 'unpack')"))
  }

  /// Lua shows the end of a path that is too long for it.
  @Test func aLongPathIsKnownByItsEnd() throws {
    let path = String(repeating: "a/", count: 60) + "p.lua"
    #expect(
      try Self.run("unpack({})", path: path).notes.first?.text.hasSuffix("; Lua 5.4 has table.unpack") == true
    )
  }

  @Test(
    arguments: [
      (
        "notilua.drop('x')",
        "notilua.drop was called and its result not returned, so nothing is dropped; write 'return notilua.drop(…)'"
      ),
      (
        "local verdict = notilua.drop('') return content",
        "notilua.drop was called and its result not returned, so nothing is dropped; write 'return notilua.drop(…)'"
      ),
      (
        "return nil, 'why'",
        "the handler returned more than one value, and only the first counts; to drop the notification, write 'return notilua.drop(…)'"
      ),
      (
        "return content, nil",
        "the handler returned more than one value, and only the first counts; to drop the notification, write 'return notilua.drop(…)'"
      ),
    ])
  func aDropThatIsNotReturnedIsAWarning(_ body: String, _ warning: String) throws {
    let (notes, outcome) = try Self.run(body)
    #expect(notes == [Note(plugin: "p", level: "warning", text: warning)])
    #expect(outcome.contains(#""action":"deliver""#))
    #expect(outcome.contains(#""warnings":["p: \#(warning)"]"#), "\(outcome)")
  }

  @Test(arguments: [
    "return notilua.drop('x')", "return notilua.drop('x'), 1", "return content", "return", "return nil",
  ])
  func whatIsReturnedRightIsNoWarning(_ body: String) throws {
    let (notes, outcome) = try Self.run(body)
    #expect(notes == [])
    #expect(!outcome.contains("warnings"))
  }
}
