import NotificationModel
import Notilua
import PluginRuntime
import Testing
import TimeZones
import WorkerHost
import WorkerProtocol

/// `request.time_zone` and `notilua.time` in a plugin.
struct TimeFunctionsTests {
  /// What a plugin drops a line with, and the line's outcome.
  private func run(
    _ body: String, zone: String? = nil, match: String = "{}", zones: ZoneTable = ZoneFolder.table
  ) throws -> (reason: String, warnings: String) {
    let source = """
      return { match = \(match), did_receive = function(request, content)
        local results = table.pack((function() \(body) end)())
        for index = 1, results.n do results[index] = tostring(results[index]) end
        return notilua.drop(table.concat(results, " "))
      end }
      """
    let definition = PluginDefinition(name: "p", path: "p.lua", source: Array(source.utf8))
    let plugin = try Plugin(definition: definition, seed: 1, zones: zones)
    #expect(plugin.loadFault == nil)
    var options = RunnerOptions()
    options.writesOutcomes = true
    let runner = BatchRunner(chain: Chain(plugins: [plugin], zones: zones), options: options)
    runner.begin(quarantined: 0)
    let payload = #"{"aps":{"alert":"hi"}}"#
    var line = zone.map { #"{"payload":\#(payload),"time_zone":\#($0)}"# } ?? payload
    line.withUTF8 { runner.run(item: 0, UnsafeRawBufferPointer($0), receivedAt: 1_782_900_000.75) }
    let text = runner.withResults { _, sections in String(decoding: sections[4], as: UTF8.self) }
    let outcome = try Outcome(json: #"{"line":1,"# + text + "}")
    return (outcome.reason ?? "\(outcome.faults.map(\.message))", outcome.warnings.joined(separator: "; "))
  }

  @Test(
    arguments: [
      (#""Europe/Rome""#, "Europe/Rome", ""), ("null", "nil", ""), (nil, "nil", ""),
      (#""US\/Pacific""#, "US/Pacific", ""),
      ("5", "nil", "'time_zone' is not a string; plugins see no time zone"),
      (#"["UTC"]"#, "nil", "'time_zone' is not a string; plugins see no time zone"),
      (
        #""europe/rome""#, "nil",
        "'time_zone': there is no time zone 'europe/rome'; did you mean 'Europe/Rome'?"
      ),
      (
        #""../../etc/passwd""#, "nil",
        "'time_zone': there is no time zone '../../etc/passwd'; write one of IANA's database, such as 'Europe/Rome'"
      ),
      (
        #""""#, "nil",
        "'time_zone': there is no time zone ''; write one of IANA's database, such as 'Europe/Rome'"
      ),
    ] as [(String?, String, String)])
  func aRequestHasTheZoneThatThereIs(_ zone: String?, _ seen: String, _ warnings: String) throws {
    let ran = try run("return request.time_zone", zone: zone)
    #expect(ran.reason == seen)
    #expect(ran.warnings == warnings)
  }

  @Test func matchLooksAtTheZone() throws {
    #expect(try run("return 1", zone: #""Europe/Rome""#, match: #"{ time_zone = "Europe/*" }"#).reason == "1")
    #expect(try run("return 1", zone: #""Asia/Tokyo""#, match: #"{ time_zone = "Europe/*" }"#).reason == "[]")
    #expect(try run("return 1", zone: #""Asia/Atlantis""#, match: "{ time_zone = false }").reason == "1")
  }

  /// Those who send notifications choose the names.
  @Test func onlyShortWrongNamesAreRemembered() {
    let zones = ZoneFolder.table
    #expect(
      zones.problem(with: String(repeating: "Europe/Rome", count: 10_000)).hasPrefix("there is no time zone"))
    #expect(zones.hints.isEmpty)
    #expect(zones.problem(with: "europe/rome").hasSuffix("did you mean 'Europe/Rome'?"))
    #expect(zones.hints.count == 1)
  }

  @Test func withoutZonesThereIsUTC() throws {
    let ran = try run(
      #"return request.time_zone, notilua.time.to_local(0, "UTC").year, select(2, pcall(notilua.time.to_local, 0, "Asia/Tokyo"))"#,
      zone: #""Asia/Tokyo""#, zones: .none)
    let cause = "there are no time zones here, since /usr/share/zoneinfo has none; install tzdata"
    #expect(ran.reason == "nil 1970 notilua.time.to_local: \(cause)")
    #expect(ran.warnings == "'time_zone': \(cause)")
  }

  /// Rome puts its clock forward on 29 March 2026 at 01:00 UTC, and back on 25 October 2026 at 01:00 UTC (Directive
  /// 2000/84/EC: the last Sundays of March and October).
  @Test(arguments: [
    ("to_local(1774745999, z).hour .. ' ' .. t.to_local(1774746000, z).hour", "1 3"),
    (
      "format(1792889999, '%H:%M %Z', z) .. ' ' .. t.format(1792890000, '%H:%M %Z', z)",
      "02:59 CEST 02:00 CET"
    ),
    // 02:30 of that day in March is none: it is taken for 03:30.
    ("from_local({ year = 2026, month = 3, day = 29, hour = 2, min = 30 }, z)", "1774747800"),
    // 02:30 of that day in October is twice: the first is meant.
    ("from_local({ year = 2026, month = 10, day = 25, hour = 2, min = 30 }, z)", "1792888200"),
    ("from_local({ year = 2026, month = 10, day = 25, hour = 2, min = 30, offset = 3600 }, z)", "1792891800"),
    ("from_local({ year = 2026, month = 10, day = 25, hour = 2, min = 30, offset = 0 }, z)", "1792888200"),
    ("from_local(t.to_local(1792891800, z), z)", "1792891800"),
    // A day later on the clock is 25 hours later.
    ("from_local({ year = 2026, month = 10, day = 24 + 1, hour = 12 }, z)", "1792926000"),
    ("to_local(1782900000.9, z).sec", "0"), ("to_local(-0.5, 'UTC').year", "1969"),
    ("utc{ year = 2026, month = 7, day = 1, hour = 10, isdst = true, wday = 1 }", "1782900000"),
    ("utc{ year = 1969.0, month = 12, day = 31, hour = 23, min = 59, sec = 59 }", "-1"),
    ("parse(t.format(1782900000, nil, z))", "1782900000"),
  ])
  func timesAreThoseOfRome(_ expression: String, _ wanted: String) throws {
    let ran = try run("local t, z = notilua.time, 'Europe/Rome' return t.\(expression)")
    #expect(ran.reason == wanted)
  }

  @Test(arguments: [
    ("to_local(0)", "bad argument #2 'zone' to 'notilua.time.to_local': expected a string, got nothing"),
    (
      "to_local(0, 'Rome')",
      "notilua.time.to_local: there is no time zone 'Rome'; write one of IANA's database"
    ),
    ("to_local(0, 'Z')", "there is no time zone 'Z'; did you mean 'UTC'?"),
    ("to_local(0, 'gmt')", "did you mean 'UTC'?"), ("to_local(0, 'utc')", "did you mean 'UTC'?"),
    ("to_local(0, 'Singapor')", "did you mean 'Singapore'?"),
    ("to_local(0, 'America/New York')", "did you mean 'America/New_York'?"),
    ("to_local(0, '\\xFF')", "expected valid UTF-8"),
    (
      "to_local(0/0, 'UTC')", "seconds since 1970 are not of the years 0 to 9999; divide milliseconds by 1000"
    ),
    ("to_local(1782900000000, 'UTC')", "1782900000000 seconds since 1970 are not of the years 0 to 9999"),
    ("to_local(math.huge, 'UTC')", "are not of the years"), ("to_local('0', 'UTC')", "expected a number"),
    ("utc{}", "the fields have no 'year'; year, month and day are needed"),
    ("utc{ year = 2026, month = 7 }", "the fields have no 'day'"),
    ("utc(5)", "the fields are not a table such as"),
    ("utc{ 2026, 7, 1 }", "the fields have no 'year'"),
    ("utc{ year = 2026, month = 7, day = 1.5 }", "'day' is not a whole number"),
    (
      "utc{ year = 0/0, month = 7, day = 1 }",
      "notilua.time.utc: 'year': JSON has no number for infinity or NaN"
    ),
    ("utc{ year = 2026, month = '7', day = 1 }", "'month' is not a whole number"),
    ("utc{ year = 2026, month = 7, day = 1, minute = 5 }", "knows no 'minute'; did you mean 'min'?"),
    ("utc{ year = 2026, month = 7, day = 1, zone = 'UTC' }", "knows no 'zone'; there are year, month, day"),
    ("utc{ year = 10000, month = 1, day = 1 }", "the date is not of the years 0 to 9999"),
    ("utc{ year = 2026, month = math.maxinteger, day = 1 }", "'month' is not a whole number"),
    // No number may stop the worker.
    ("utc{ year = math.mininteger, month = 1, day = 1 }", "'year' is -9223372036854775808; use 137438953472"),
    ("utc{ year = 2^40, month = 1, day = 1 }", "'year' is 1099511627776; use 137438953472 at most"),
    (
      "utc{ year = 2^37, month = 2^37, day = 2^37, hour = 2^37, min = 2^37, sec = 2^37 }",
      "the date is not of the years 0 to 9999"
    ),
    (
      "utc{ year = -2^37, month = -2^37, day = -2^37, hour = -2^37, min = -2^37, sec = -2^37 }",
      "the date is not of the years 0 to 9999"
    ),
    (
      "from_local({ year = 2026, month = 7, day = 1, offset = math.mininteger }, 'Europe/Rome')",
      "'offset' is -9223372036854775808"
    ),
    ("from_local({ year = 2026, month = 1 << 36, day = 1 }, 'Europe/Rome')", "the date is not of the years"),
    ("format(0, '%Q')", "the format has '%Q'; a percent sign itself is '%%'"),
    ("format(0, ('x'):rep(1025))", "the format has 1025 bytes; 1024 are the most"),
  ])
  func aMistakeIsTold(_ expression: String, _ wanted: String) throws {
    let ran = try run("return select(2, pcall(function() return notilua.time.\(expression) end))")
    #expect(ran.reason.contains(wanted), "\(ran.reason)")
  }
}
