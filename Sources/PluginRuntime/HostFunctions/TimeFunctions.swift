import LosslessJSON
import NotificationModel
import TimeZones
import WorkerProtocol

extension HostFunction {
  static let timeParse = HostFunction(
    "time.parse",
    summary: "Reads a time that is written as in RFC 3339 or RFC 2822.",
    discussion: """
      "2026-07-01T10:00:00Z" and "2026-07-01T12:00:00.25+02:00" are RFC 3339; "Wed, 01 Jul 2026 10:00:00 +0000" is \
      RFC 2822, as mail and HTTP have it. A fraction of a second is kept. Text that is no time, or that does not say \
      how far it is from UTC, gives nil and the reason.
      """,
    parameters: [.init("text", "string", "The text.")],
    returns: [
      .init("seconds", "number?", "Seconds since 1970, whole where the text has no fraction; or nil."),
      .init("reason", "string?", "Why there are none."),
    ],
    examples: [
      .init(#"notilua.time.parse("2026-07-01T10:00:00Z")"#, "1782900000"),
      .init(#"notilua.time.parse("2026-07-01T12:00:00.25+02:00")"#, "1782900000.25"),
      .init(#"notilua.time.parse("Wed, 01 Jul 2026 10:00:00 GMT")"#, "1782900000"),
      .init(
        #"select(2, notilua.time.parse("2026-02-30T10:00:00Z"))"#, #""the month has no day 30""#),
    ]
  ) { call throws(HostFunctionError) in
    let text = try call.bytes(0)
    do throws(TimeText.Problem) {
      let moment = try TimeText.moment(text)
      guard let fraction = moment.fraction else { return .integer(Int64(moment.seconds)) }
      return .number(Double(moment.seconds) + fraction)
    } catch {
      return .failure(error.message)
    }
  }

  static let timeUTC = HostFunction(
    "time.utc",
    summary: "Gives the moment of a date and a time in UTC.",
    discussion: """
      `fields` has `year`, `month` and `day`, and may have `hour`, `min` and `sec`, which are 0 without; the names are \
      those of `os.date`. The clock of the machine makes no difference, as it does to `os.time`. Day 32 is the first of \
      the next month, and so on.
      """,
    parameters: [.init("fields", "table", "The date and the time.")],
    returns: [.init("seconds", "integer", "Seconds since 1970.")],
    examples: [
      .init("notilua.time.utc{ year = 2026, month = 7, day = 1, hour = 10 }", "1782900000"),
      .init("notilua.time.utc{ year = 2026, month = 6, day = 31, hour = 10 }", "1782900000"),
    ]
  ) { call throws(HostFunctionError) in
    .integer(try seconds(TimeFields(call).clock.seconds, call))
  }

  static let timeToLocal = HostFunction(
    "time.to_local",
    summary: "Shows a moment on the clock of a time zone, with the zone's rules for that day.",
    discussion: """
      The fields are those of `os.date("*t")`: `year`, `month`, `day`, `hour`, `min`, `sec`, `wday` (1 is Sunday), `yday` \
      and `isdst`; and `offset`, the seconds that the clock is ahead of UTC, and `abbreviation`, such as "CEST". A zone \
      has a name of IANA's database, such as "Europe/Rome", to the letter; any other is an error. `request.time_zone` is \
      nil where the line names none, so say what is to count then: `request.time_zone or "UTC"`.
      """,
    parameters: [
      .init("seconds", "number", "Seconds since 1970."), .init("zone", "string", "The name of the zone."),
    ],
    returns: [.init("fields", "notilua.LocalTime", "The date and the time there.")],
    examples: [
      .init(#"notilua.time.to_local(1782900000, "Europe/Rome").hour"#, "12"),
      .init(#"notilua.time.to_local(1782900000, "Asia/Kolkata").offset"#, "19800"),
      .init(#"notilua.time.to_local(1767268800, "America/New_York").abbreviation"#, #""EST""#),
    ]
  ) { call throws(HostFunctionError) in
    let seconds = try call.moment(0)
    let time = try call.zone(1).time(at: seconds)
    let clock = CivilTime(seconds: seconds + time.offset)
    var writer = JSONWriter()
    writer.beginObject()
    for (name, number) in [
      ("year", clock.year), ("month", clock.month), ("day", clock.day), ("hour", clock.hour),
      ("min", clock.minute), ("sec", clock.second), ("wday", clock.weekday + 1),
      ("yday", clock.dayOfYear + 1),
      ("offset", time.offset),
    ] {
      writer.member(name, number)
    }
    writer.member("isdst", time.isDaylight)
    writer.member("abbreviation", time.abbreviation)
    writer.endObject()
    return try call.table(writer)
  }

  static let timeFromLocal = HostFunction(
    "time.from_local",
    summary: "Gives the moment at which the clock of a time zone shows a date and a time.",
    discussion: """
      `fields` are those of `notilua.time.utc`. Where the clock is put forward and passes a time over, it is taken by the \
      offset from before: 02:30 becomes 03:30. Where it is put back and shows a time twice, the first is meant, unless \
      `offset`, which `notilua.time.to_local` gives, is that of the second. So the fields of a moment lead back to it.
      """,
    parameters: [
      .init("fields", "table", "The date and the time there."),
      .init("zone", "string", "The name of the zone."),
    ],
    returns: [.init("seconds", "integer", "Seconds since 1970.")],
    examples: [
      .init(
        #"notilua.time.from_local({ year = 2026, month = 7, day = 1, hour = 12 }, "Europe/Rome")"#,
        "1782900000"),
      .init(
        #"notilua.time.from_local(notilua.time.to_local(1792889999, "Europe/Rome"), "Europe/Rome")"#,
        "1792889999"
      ),
    ]
  ) { call throws(HostFunctionError) in
    let fields = try TimeFields(call)
    let zone = try call.zone(1)
    // What is far outside of the years is told before anything is looked for.
    let local = Int(try seconds(fields.clock.seconds, call))
    let moments = zone.moments(of: local)
    let chosen = fields.offset.map { local - $0 }.flatMap { moments.contains($0) ? $0 : nil }
    return .integer(try seconds(chosen ?? moments.first ?? zone.momentInGap(of: local), call))
  }

  static let timeFormat = HostFunction(
    "time.format",
    summary: "Writes a moment as text, in UTC or in a time zone.",
    discussion: """
      Without a format it is RFC 3339. A format has the letters of `os.date`, with English names: `%Y-%m-%d`, `%H:%M`, \
      `%a %d %b`, `%Z` for the zone's abbreviation and `%z` for its offset. Whole seconds are shown.
      """,
    parameters: [
      .init("seconds", "number", "Seconds since 1970."),
      .init("format", "string?", "The format."),
      .init("zone", "string?", "The name of the zone; UTC without it."),
    ],
    returns: [.init("text", "string", "The text.")],
    examples: [
      .init("notilua.time.format(1782900000.5)", #""2026-07-01T10:00:00Z""#),
      .init(#"notilua.time.format(1782900000, nil, "Europe/Rome")"#, #""2026-07-01T12:00:00+02:00""#),
      .init(#"notilua.time.format(1782900000, "%a %H:%M %Z", "Europe/Rome")"#, #""Wed 12:00 CEST""#),
    ]
  ) { call throws(HostFunctionError) in
    let seconds = try call.moment(0)
    let time = (call.has(2) ? try call.zone(2) : .utc).time(at: seconds)
    guard call.has(1) else {
      let isUTC = time.offset == 0 && time.abbreviation == "UTC"
      return .text(TimeFormat.internetText(seconds, time, isUTC: isUTC))
    }
    let format = try call.text(1)
    guard format.utf8.count <= 1 << 10 else {
      throw HostFunctionError("\(call.name): the format has \(format.utf8.count) bytes; 1024 are the most")
    }
    do throws(TimeFormat.UnknownLetter) {
      return .text(try TimeFormat.text(format, seconds, time))
    } catch {
      throw HostFunctionError(
        "\(call.name): the format has '\(error.text)'; a percent sign itself is '%%', and the letters are"
          + " \(TimeFormat.letters.dropLast())")
    }
  }

  /// Returns a moment that a call gives, where it is of a year of four digits.
  private static func seconds(_ moment: Int, _ call: borrowing HostCall) throws(HostFunctionError) -> Int64 {
    guard CivilTime.range.contains(moment) else {
      throw HostFunctionError("\(call.name): the date is not of the years 0 to 9999")
    }
    return Int64(moment)
  }
}

/// A date and a time as a table.
private struct TimeFields {
  var clock = CivilTime(year: 0, month: 1, day: 1)
  /// The offset that tells two moments with the same time apart.
  var offset: Int?

  /// The names that a table may have, and those that say nothing here, as the fields of a moment have them.
  private static let numbers = ["year", "month", "day", "hour", "min", "sec", "offset"]
  private static let others = ["wday", "yday", "isdst", "abbreviation"]
  /// The largest number of a field: the seconds of as many years are half of what an integer has room for.
  private static let limit: UInt = 1 << 37

  /// Reads the table that is a call's first argument.
  init(_ call: borrowing HostCall) throws(HostFunctionError) {
    let plugin = call.plugin
    guard case .json(let json) = try call.value(0) else {
      throw HostFunctionError(
        "\(call.name): the fields are not a table such as { year = 2026, month = 7, day = 1 }")
    }
    try plugin.pointee.read(json, call.name)
    var missing = ["year", "month", "day"]
    var cursor: UInt64 = 0
    let root = plugin.pointee.scratch.pointee.root
    while plugin.pointee.scratch.pointee.kind(of: root) == .object,
      let (key, value) = plugin.pointee.scratch.pointee.nextMember(root, &cursor)
    {
      let name = plugin.pointee.scratch.pointee.swiftString(of: key)
      if Self.others.contains(name) { continue }
      guard Self.numbers.contains(name) else {
        // "minute" is most likely meant for "min".
        let meant =
          Self.numbers.first { name.hasPrefix($0) } ?? Suggestion.nearest(to: name, among: Self.numbers)
        let hint = meant.map { "did you mean '\($0)'?" }
        throw HostFunctionError(
          "\(call.name) knows no '\(name.prefix(100))'; \(hint ?? "there are \(Self.numbers.joined(separator: ", "))")"
        )
      }
      guard plugin.pointee.scratch.pointee.kind(of: value) == .number,
        let number = Int(exactly: plugin.pointee.scratch.pointee.double(of: value))
      else { throw HostFunctionError("\(call.name): '\(name)' is not a whole number") }
      guard number.magnitude <= Self.limit else {
        throw HostFunctionError("\(call.name): '\(name)' is \(number); use \(Self.limit) at most")
      }
      missing.removeAll { $0 == name }
      switch name {
      case "year": clock.year = number
      case "month": clock.month = number
      case "day": clock.day = number
      case "hour": clock.hour = number
      case "min": clock.minute = number
      case "sec": clock.second = number
      default: offset = number
      }
    }
    if let name = missing.first {
      throw HostFunctionError("\(call.name): the fields have no '\(name)'; year, month and day are needed")
    }
  }
}

extension HostCall {
  /// Returns an argument that is a moment, in whole seconds since 1970.
  fileprivate func moment(_ index: Int) throws(HostFunctionError) -> Int {
    let number = try number(index).rounded(.down)
    guard let seconds = Int(exactly: number), CivilTime.range.contains(seconds) else {
      throw HostFunctionError(
        "\(name): \(Int(exactly: number).map(String.init) ?? "\(number)") seconds since 1970 are not of the years 0 to 9999; divide milliseconds by 1000"
      )
    }
    return seconds
  }

  /// Returns the zone that an argument names.
  fileprivate func zone(_ index: Int) throws(HostFunctionError) -> Zone {
    let zoneName = try text(index)
    guard let zone = plugin.pointee.zones.zone(named: zoneName) else {
      throw HostFunctionError("\(name): \(plugin.pointee.zones.problem(with: zoneName))")
    }
    return zone
  }
}
