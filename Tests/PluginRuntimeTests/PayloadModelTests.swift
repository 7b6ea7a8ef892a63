import LuaSandbox
import NotificationModel
import Notilua
import PluginRuntime
import Testing
import WorkerProtocol

/// What a plugin may write into a payload, told where it is written.
///
/// Types, ranges and units are those of Apple's tables: "Generating a remote notification", and "Starting and updating
/// Live Activities with ActivityKit push notifications".
struct PayloadModelTests {
  private static let alert =
    #"{"aps":{"alert":{"title":"a","body":"b","loc-args":["x"]},"badge":4,"sound":{"name":"s","#
    + #""volume":0.5}},"x":1}"#
  private static let liveActivity =
    #"{"payload":{"aps":{"timestamp":1,"event":"update","alert":{"title":"a","body":{"loc-key":"k","#
    + #""loc-args":["x"]}}}},"#
    + #""headers":{"apns-push-type":"liveactivity"}}"#

  private static func run(_ source: String, line: String) throws -> Outcome {
    let text = "return { did_receive = function(r, c)\n\(source)\nend }"
    var definition = PluginDefinition(name: "p", path: "p.lua", source: Array(text.utf8))
    definition.limits.polls = true
    let plugin = try Plugin(definition: definition, seed: 1)
    #expect(plugin.loadFault == nil, "\(plugin.loadFault?.message ?? "")")
    var options = RunnerOptions()
    options.writesOutcomes = true
    let runner = BatchRunner(chain: Chain(plugins: [plugin]), options: options)
    runner.begin(quarantined: 0)
    var line = line
    line.withUTF8 { runner.run(item: 0, UnsafeRawBufferPointer($0), receivedAt: 0) }
    let members = runner.withResults { _, sections in String(decoding: sections[4], as: UTF8.self) }
    return try Outcome(json: "{\"line\":1,\(members)}")
  }

  @Test(
    arguments: [
      ("c.badge = -1", "content.badge: expected a whole number of 0 or more, got -1; write 'math.max(0, n)'"),
      (
        "c.badge = 2.5",
        "content.badge: expected a whole number of 0 or more, got 2.5; write 'math.floor(n)'"
      ),
      ("c.badge = 1e300", "content.badge: expected a whole number of 0 or more, got 1e+300"),
      (
        "c.badge = '3'",
        "content.badge: expected a whole number of 0 or more or nil, got a string; write 'tonumber(text)'"
      ),
      (
        "c.badge = notilua.null",
        "content.badge: expected a whole number of 0 or more, got null; assign nil to remove it"
      ),
      ("c.relevance_score = 2", "content.relevance_score: expected a number of 0 to 1, got 2"),
      ("c.relevance_score = 0/0", "content.relevance_score: expected a number of 0 to 1, got "),
      (
        "c.interruption_level = 'time_sensitive'",
        "content.interruption_level: expected passive, active, time-sensitive or critical, got "
          + "'time_sensitive'"
      ),
      ("c.title = 5", "content.title: expected a string or nil, got a number; write 'tostring(n)'"),
      ("c.title = {}", "content.title: expected a string or nil, got a table"),
      ("c.title_loc_args = { 1 }", "'aps.alert.title-loc-args' is not a list of strings"),
      (
        "c.title_loc_args = { a = 'b' }",
        "content.title_loc_args: expected a list of strings or nil, got a table"
      ),
      ("c.sound = { volume = 1.5 }", "'aps.sound.volume' is not a number of 0 to 1"),
      ("c.sound = { critical = true }", "'aps.sound.critical' is neither 0 nor 1"),
      ("c.sound = { name = 1 }", "'aps.sound.name' is not a string"),
      ("c.sound.volume = 2", "'aps.sound.volume': expected a number of 0 to 1, got 2"),
      (
        "c.sound = 5",
        "content.sound: expected a string, or a table with critical, name and volume, or nil, got a number"
      ),
      ("c.user_info = { 1 }", "content.user_info: expected a table with keys, got a list"),
      ("c.user_info = 'x'", "content.user_info: expected a table, got a string"),
      ("c.user_info = { aps = { alert = { body = 5 } } }", "'aps.alert.body' is not a string"),
      ("c.user_info.aps = { alert = { body = 5 } }", "'aps.alert.body' is not a string"),
      ("c.user_info.aps = { alert = 'a', badge = '3' }", "'aps.badge' is not a whole number of 0 or more"),
      ("c.user_info.aps = { 1 }", "'aps': expected a table with keys or nil, got a table"),
      ("c.user_info.aps.alert.body = 5", "'aps.alert.body': expected a string or nil, got a number"),
      (
        "c.user_info.aps.alert = 5",
        "'aps.alert': expected a string, or a table with title, subtitle and body, or nil, got a number"
      ),
      (
        "c.user_info.aps.alert['loc-args'][1] = 5",
        "'aps.alert.loc-args[1]': expected a string or nil, got a number"
      ),
      (
        "table.insert(c.body_loc_args, false)",
        "'aps.alert.loc-args[2]': expected a string or nil, got a boolean"
      ),
      (
        "c.user_info.aps.alert = notilua.null",
        "'aps.alert': expected a string, or a table with title, subtitle and body, got null; assign nil to remove it"
      ),
      ("c.user_info = nil", "content.user_info: expected a table, got nil"),
      ("c.user_info = notilua.null", "content.user_info: expected a table, got null"),
      (
        "c.user_info.x = { a = { b = 0/0 } }",
        "user_info: member x: 'b': JSON has no number for infinity or NaN"
      ),
      (
        "notilua.json.encode{ 1, 1/0 }",
        "notilua.json.encode: JSON has no number for infinity or NaN"
      ),
      ("c.user_info.aps['mutable-content'] = 2", "'aps.mutable-content': expected 1, got 2"),
      (
        "c.user_info.aps['content-available'] = 'yes'",
        "'aps.content-available': expected 1 or nil, got a string"
      ),
      ("c.user_info.aps['thread-id'] = 7", "'aps.thread-id': expected a string or nil, got a number"),
      ("c.user_info.aps.category = {}", "'aps.category': expected a string or nil, got a table"),
      (
        "c.user_info.aps['target-content-id'] = 1",
        "'aps.target-content-id': expected a string or nil, got a number"
      ),
      (
        "c.user_info.aps['filter-criteria'] = 1",
        "'aps.filter-criteria': expected a string or nil, got a number"
      ),
      (
        "c.user_info.aps['interruption-level'] = 'loud'",
        "'aps.interruption-level': expected passive, active, time-sensitive or critical, got 'loud'"
      ),
      (
        "c.user_info.aps['relevance-score'] = 70",
        "'aps.relevance-score': expected a number of 0 to 1, got 70"
      ),
      ("c.user_info.aps['url-args'] = { 1 }", "'aps.url-args' is not a list of strings"),
      // What a device looks for under another name or at another place.
      (
        "c.user_info.aps.mutable_content = 1",
        "a device ignores 'aps.mutable_content'; use 'aps.mutable-content'"
      ),
      (
        "c.user_info.aps.threadIdentifier = 'x'",
        "a device ignores 'aps.threadIdentifier'; use 'aps.thread-id'"
      ),
      ("c.user_info.aps.alert.badge = 1", "a device ignores 'aps.alert.badge'; use 'aps.badge'"),
      ("c.user_info.aps.title = 'x'", "a device ignores 'aps.title'; use 'aps.alert.title'"),
      (
        "c.user_info.aps = { alert = 'a', contentAvailable = 1 }",
        "a device ignores 'aps.contentAvailable'; use 'aps.content-available'"
      ),
      ("c.attachments = 'x'", "content.attachments: expected a list of attachments or nil, got a string"),
      (
        "table.insert(c.attachments, 1)",
        "content.attachments[1]: expected a table with identifier, url and options, got a number"
      ),
    ])
  func whatADeviceWouldNotTakeIsAnErrorAtItsLine(_ source: String, _ message: String) throws {
    let outcome = try Self.run("\n" + source, line: Self.alert)
    #expect(outcome.faults.map(\.kind) == [.error])
    #expect(outcome.faults.first?.message.hasPrefix("p.lua:3: \(message)") ?? false, "\(outcome.faults)")
    #expect(!outcome.isChanged)
  }

  @Test(
    arguments: [
      (
        "c.user_info.aps['stale-date'] = 1733000000000",
        "'aps.stale-date': expected a time in seconds since 1970, got 1733000000000; it seems to be in "
          + "milliseconds, so divide it by 1000"
      ),
      (
        "c.user_info.aps.timestamp = '1'",
        "'aps.timestamp': expected a time in seconds since 1970 or nil, got a string; write 'tonumber(text)'"
      ),
      (
        "c.user_info.aps['dismissal-date'] = -1",
        "'aps.dismissal-date': expected a time in seconds since 1970, got -1"
      ),
      ("c.user_info.aps.event = 'stop'", "'aps.event': expected start, update or end, got 'stop'"),
      (
        "c.user_info.aps['content-state'] = 'x'",
        "'aps.content-state': expected a table with keys or nil, got a string"
      ),
      (
        "c.user_info.aps['attributes-type'] = 1",
        "'aps.attributes-type': expected a string or nil, got a number; write 'tostring(n)'"
      ),
      (
        "c.user_info.aps.attributes = { 1 }",
        "'aps.attributes': expected a table with keys or nil, got a table"
      ),
      ("c.user_info.aps['input-push-token'] = 2", "'aps.input-push-token': expected 1, got 2"),
      (
        "c.user_info.aps.alert.sound = 1",
        "'aps.alert.sound': expected a string or nil, got a number; write 'tostring(n)'"
      ),
      ("c.user_info.aps.alert.title = { ['loc-key'] = 1 }", "'aps.alert.title.loc-key' is not a string"),
      (
        "c.user_info.aps.alert.body['loc-key'] = 1",
        "'aps.alert.body.loc-key': expected a string or nil, got a number; write 'tostring(n)'"
      ),
    ])
  func soItIsForALiveActivity(_ source: String, _ message: String) throws {
    let outcome = try Self.run(source, line: Self.liveActivity)
    #expect(outcome.faults.map(\.message) == ["p.lua:2: \(message)"])
  }

  /// Apple's own sample of a Live Activity's alert, and what else such a push takes.
  @Test(
    arguments: [
      "c.user_info.aps.alert = { title = { ['loc-key'] = '%@ is knocked down!', ['loc-args'] = { 'Power "
        + "Panda' } },"
        + " body = { ['loc-key'] = 'Use a potion to heal %@!', ['loc-args'] = { 'Power Panda' } },"
        + " sound = 'HeroDown.mp4' }",
      "c.relevance_score = 100", "c.user_info.aps['relevance-score'] = 75.5",
      "c.user_info.aps.timestamp = notilua.now()", "c.user_info.aps['content-state'] = {}",
      "c.user_info.aps.event = 'end' c.user_info.aps['dismissal-date'] = 1",
      "c.user_info.aps.alert = { title = { ['loc-key'] = 'k', ['loc-args'] = {} } }",
    ])
  func aLiveActivityTakesMore(_ source: String) throws {
    let outcome = try Self.run(source, line: Self.liveActivity)
    #expect(outcome.faults.isEmpty, "\(outcome.faults)")
    #expect(outcome.isChanged)
  }

  /// RFC 8259 has one kind of number: 2.0 is 2.
  @Test(
    arguments: [
      ("c.badge = 6 / 2", #""badge":3"#), ("c.badge = 2 ^ 3", #""badge":8"#),
      ("c.badge = tonumber('3.0')", #""badge":3"#), ("c.badge = 1e3", #""badge":1000"#),
      ("c.badge = c.badge / 2", #""badge":2"#), ("c.user_info.aps.badge = 6 / 2", #""badge":3"#),
      (
        "c.user_info.aps = { alert = 'a', badge = 1e3, ['mutable-content'] = 2 / 2 }",
        #""badge":1000,"mutable-content":1}"#
      ),
      (
        "c.user_info = { aps = { alert = 'a', badge = 4 / 2, sound = { critical = 1.0 } } }",
        #""badge":2,"sound":{"critical":1}}"#
      ),
      ("c.sound = { critical = 1.0, volume = 1.0 }", #"{"critical":1,"volume":1.0}"#),
      ("c.sound.critical = 2 / 2", #""critical":1"#), ("c.badge = 8 / 2", #""badge":4"#),
      ("c.user_info.x = 4 / 2", #""x":2.0"#),
    ])
  func aWholeNumberHasNoFraction(_ source: String, _ written: String) throws {
    let outcome = try Self.run(source, line: Self.alert)
    #expect(outcome.faults.isEmpty, "\(outcome.faults)")
    #expect(outcome.payload.contains(written), "\(outcome.payload)")
  }

  /// What is the app's own, and what came in wrong and is put back, is none of this.
  @Test(
    arguments: [
      "c.user_info.badge = 'x'", "c.user_info.mutable_content = 1",
      "c.user_info.rc = { aps = { badge = 'x' } }",
      "c.user_info.custom = { alert = { body = 5 } }", "c.user_info.aps.own = 5",
      "c.user_info = { aps = { alert = 'a' }, content_available = true, badge = 'new' }",
      "c.user_info.content_available = true",
      "c.user_info.aps.alert.own = {}", "c.user_info = c.user_info", "c.user_info.aps = c.user_info.aps",
      "c.user_info.aps.badge = c.user_info.aps.badge", "c.title_loc_args = {}",
      "local t = c.user_info.aps.alert c.user_info.aps.alert = t",
    ])
  func whatIsTheAppsOwnIsNotChecked(_ source: String) throws {
    let wrong = #"{"aps":{"alert":{"title":5,"body":"b"},"badge":"4","threadId":"x"},"x":1}"#
    for line in [Self.alert, wrong] {
      let outcome = try Self.run(source, line: line)
      #expect(outcome.faults.isEmpty, "\(outcome.faults)")
    }
  }

  /// A name may come from the payload; within the plugin's limits many of them are refused.
  @Test func aVeryLongNameTakesNoTime() throws {
    let outcome = try Self.run(
      """
      local name = ("aB"):rep(1 << 19)
      for _ = 1, 60 do pcall(function() c[name] = 1 end) end
      local _, problem = pcall(function() c[name] = 1 end)
      c.title = problem:match("has no property '(%a+)'")
      """, line: Self.alert)
    #expect(outcome.faults.isEmpty, "\(outcome.faults)")
    #expect(outcome.payload.contains("\"\(String(repeating: "aB", count: 50))\""))
  }

  /// Also in a table that is assigned whole.
  @Test(arguments: [
    "c.body_loc_args = {} c.user_info.aps.alert['title-loc-args'] = {}",
    "c.user_info.aps.alert = { ['loc-key'] = 'K', ['loc-args'] = {}, ['title-loc-args'] = {} }",
    "c.user_info.aps = { alert = { body = 'b', ['loc-args'] = {}, ['title-loc-args'] = {} }, ['url-args'] = {} }",
    "c.user_info = { aps = { alert = { body = 'b', ['loc-args'] = {}, ['title-loc-args'] = notilua.array {} } } }",
  ])
  func anEmptyTableOfTextsIsAList(_ source: String) throws {
    let outcome = try Self.run(source, line: Self.alert)
    #expect(outcome.faults.isEmpty, "\(outcome.faults)")
    #expect(outcome.payload.contains(#""loc-args":[]"#) && outcome.payload.contains(#""title-loc-args":[]"#))
    #expect(!outcome.payload.contains("{}"), "\(outcome.payload)")
  }

  /// Servers write 0 for what is off.
  @Test(arguments: ["mutable-content", "content-available"], ["0", "false", "1", "true"])
  func aKeyOfOneMayBeOff(_ key: String, _ value: String) throws {
    for source in [
      "c.user_info.aps['\(key)'] = \(value)", "c.user_info.aps = { alert = 'a', ['\(key)'] = \(value) }",
    ] {
      let outcome = try Self.run(source, line: Self.alert)
      #expect(outcome.faults.isEmpty && outcome.warnings.isEmpty, "\(outcome.faults) \(outcome.warnings)")
      #expect(outcome.payload.contains("\"\(key)\":\(value)"), "\(outcome.payload)")
    }
  }

  /// The manual gives each property a type: a value of another type is nil, and stays in the payload.
  @Test func aPropertyIsOfItsType() throws {
    let line =
      #"{"aps":{"alert":{"title":5,"body":true,"loc-args":"x"},"badge":"3","sound":[1],"thread-id":{}}}"#
    let outcome = try Self.run(
      """
      for _, name in ipairs { "title", "body", "body_loc_args", "badge", "sound" } do
        if c[name] ~= nil then error(name) end
      end
      if c.user_info.aps.badge ~= "3" then error("user_info") end
      """, line: line)
    #expect(outcome.faults.isEmpty, "\(outcome.faults)")
    let whole = try Self.run(
      "if math.type(c.badge) ~= 'integer' then error() end", line: #"{"aps":{"alert":"a","badge":3.0}}"#)
    #expect(whole.faults.isEmpty && whole.warnings.isEmpty, "\(whole.faults) \(whole.warnings)")
  }

  // MARK: Messages of Lua

  /// JSON's null and a table of the payload by the names that an author knows.
  @Test(
    arguments: [
      ("return 'x' .. c.user_info.note", "attempt to concatenate a null value (field 'note')"),
      ("return c.user_info.note.text", "attempt to index a null value (field 'note')"),
      ("return c.user_info.note + 1", "attempt to perform arithmetic on a null value (field 'note')"),
      ("return '10' + c.user_info.note", "attempt to perform arithmetic on a null value"),
      ("return '10' + c.user_info.tags", "attempt to perform arithmetic on a table value"),
      ("return c.user_info.note < 1", "attempt to compare null with number"),
      ("return 1 < c.user_info.note", "attempt to compare number with null"),
      ("return c.user_info.note < c.user_info.note", "attempt to compare two null values"),
      ("return #c.user_info.note", "attempt to get length of a null value (field 'note')"),
      ("return c.user_info.note()", "attempt to call a null value (field 'note')"),
      ("return c.user_info.note & 1", "attempt to perform bitwise operation on a null value (field 'note')"),
      ("local n = notilua.null n.x = 1", "attempt to index a null value (local 'n')"),
      ("for i = 1, c.user_info.note do end", "bad 'for' limit (number expected, got null)"),
      ("for _ in pairs(c.user_info.note) do end", "bad argument #1 to 'pairs' (table expected, got null)"),
      ("return ('x'):rep(c.user_info.note)", "bad argument #1 to 'rep' (number expected, got null)"),
      ("return math.floor(c.user_info.tags)", "bad argument #1 to 'floor' (number expected, got table)"),
      ("return 'x' .. c.user_info.tags", "attempt to concatenate a table value (field 'tags')"),
      ("return c.user_info.tags + 1", "attempt to perform arithmetic on a table value (field 'tags')"),
      ("return c.user_info.tags()", "attempt to call a table value (field 'tags')"),
      ("return c.user_info.tags < 1", "attempt to compare table with number"),
      ("return 'x' .. c", "attempt to concatenate a content value (local 'c')"),
      ("return r()", "attempt to call a request value (local 'r')"),
      ("return 'x' .. notilua.drop('y')", "attempt to concatenate a drop value"),
      (
        "local ok, why = pcall(function() return c.user_info.note.x end) error(why, 0)",
        "attempt to index a null value (field 'note')"
      ),
      (
        "local ok, why = pcall(function() return 'x' .. c.user_info.note end) error(why, 0)",
        "attempt to concatenate a null value (field 'note')"
      ),
      ("error(notilua.null)", "the error is not a string but a null"),
    ])
  func messagesNameWhatTheAuthorSees(_ source: String, _ message: String) throws {
    let outcome = try Self.run("do \(source) end", line: #"{"aps":{"alert":"x"},"note":null,"tags":["a"]}"#)
    let found = outcome.faults.first?.message ?? ""
    #expect(found.contains(message), "\(found)")
    #expect(!found.contains("userdata"), "\(found)")
  }

  @Test func aDropIsADrop() throws {
    let outcome = try Self.run("do return notilua.drop('no') end", line: Self.alert)
    #expect(outcome.action == .drop && outcome.reason == "no")
  }

  @Test(
    arguments: [
      ("c.user_info.counts = { [10] = 1, [20] = 2 }", ["notilua.null", "tostring(id)"], []),
      ("notilua.json.encode { [1001] = true }", ["tostring(id)"], ["notilua.null"]),
    ] as [(String, [String], [String])])
  func numbersAsKeysHaveTwoWaysOut(_ source: String, _ parts: [String], _ others: [String]) throws {
    let message = try Self.run(source, line: Self.alert).faults.first?.message ?? ""
    #expect(
      parts.allSatisfy { message.contains($0) } && !others.contains { message.contains($0) }, "\(message)")
  }

  @Test func theContentIsPrintedAsItsPayload() throws {
    let outcome = try Self.run("c.badge = 5 print(c) print(c.user_info) print(r)", line: Self.alert)
    #expect(outcome.log.map(\.text) == [outcome.payload, outcome.payload, "request"])
  }

  /// A text of the plugin's own is no payload: it stands on no line, and no setting is about it.
  @Test(
    arguments: [
      ("", "the text is empty"), ("{", "byte 1: the text ends in the middle of a value"),
      (#"{"a":1,"a":2}"#, "byte 7: a key stands twice in one object"),
    ])
  func aTextOfThePluginsOwnIsNoPayload(_ json: String, _ reason: String) throws {
    let outcome = try Self.run("print(select(2, notilua.json.decode('\(json)')))", line: Self.alert)
    #expect(outcome.log.map(\.text) == [reason])
  }
}
