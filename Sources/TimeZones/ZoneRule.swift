/// The rule of a zone's future: a value of POSIX's `TZ`, with the additions of RFC 8536 §3.3.1.
package struct ZoneRule: Equatable, Sendable {
  /// A day of each year.
  enum Day: Equatable, Sendable {
    /// `Jn`: 29 February is not counted.
    case numberWithoutLeapDay(Int)
    /// `n`, from 0.
    case number(Int)
    /// `Mm.w.d`: a day of the week, in the week w of a month; 5 is the last.
    case weekday(month: Int, week: Int, day: Int)
  }

  /// The beginning of one kind of time in each year, on the clock that was before.
  struct Change: Equatable, Sendable {
    var day: Day
    /// Seconds after midnight; they may be of another day.
    var time: Int

    /// Returns the seconds since 1970 on that clock.
    func seconds(in year: Int) -> Int {
      let first = CivilTime.days(year: year, month: 1)
      switch day {
      case .numberWithoutLeapDay(let number):
        let isBehind = CivilTime.isLeap(year) && number >= 60
        return (first + number - (isBehind ? 0 : 1)) * 86400 + time
      case .number(let number): return (first + number) * 86400 + time
      case .weekday(let month, let week, let weekday):
        let start = CivilTime.days(year: year, month: month)
        var day = (weekday - CivilTime.weekday(ofDay: start) + 7) % 7 + (week - 1) * 7
        if day >= CivilTime.dayCount(year: year, month: month) { day -= 7 }
        return (start + day) * 86400 + time
      }
    }
  }

  /// The rule as it is written.
  let text: [UInt8]
  let standard: ZoneTime
  /// Nil where the clock is never put forward.
  let daylight: (time: ZoneTime, start: Change, end: Change)?

  /// Returns a Boolean value that indicates whether two rules have the same text.
  package static func == (left: ZoneRule, right: ZoneRule) -> Bool { left.text == right.text }

  /// Reads a rule such as `CET-1CEST,M3.5.0,M10.5.0/3`; nil where it is none.
  package init?(_ text: [UInt8]) {
    self.text = text
    var scanner = Scanner(text)
    guard let name = scanner.name(), let west = scanner.time(hours: 24) else { return nil }
    standard = ZoneTime(offset: -west, isDaylight: false, abbreviation: name)
    if scanner.isAtEnd {
      daylight = nil
      return
    }
    guard let name = scanner.name() else { return nil }
    var offset = standard.offset + 3600
    if scanner.peek != 0x2C {
      guard let west = scanner.time(hours: 24) else { return nil }
      offset = -west
    }
    guard let start = scanner.change(), let end = scanner.change(), scanner.isAtEnd else { return nil }
    daylight = (ZoneTime(offset: offset, isDaylight: true, abbreviation: name), start, end)
  }

  /// Returns the changes of the years around a moment, in order.
  func changes(around seconds: Int) -> [Zone.Transition] {
    guard let daylight else { return [] }
    let year = CivilTime(seconds: seconds + standard.offset).year
    return (year - 1...year + 1).flatMap { year in
      [
        Zone.Transition(at: daylight.end.seconds(in: year) - daylight.time.offset, time: standard),
        Zone.Transition(at: daylight.start.seconds(in: year) - standard.offset, time: daylight.time),
      ]
    }
    // Where both are at one moment, daylight saving time lasts all year.
    .sorted { ($0.at, $0.time.isDaylight ? 1 : 0) < ($1.at, $1.time.isDaylight ? 1 : 0) }
  }

  func time(at seconds: Int) -> ZoneTime {
    changes(around: seconds).last { $0.at <= seconds }?.time ?? standard
  }

  private struct Scanner {
    private let text: [UInt8]
    private var at = 0

    init(_ text: [UInt8]) { self.text = text }

    var isAtEnd: Bool { at == text.count }
    var peek: UInt8? { at < text.count ? text[at] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
      guard peek == byte else { return false }
      at += 1
      return true
    }

    private mutating func word(_ isOfIt: (UInt8) -> Bool) -> String? {
      let end = text[at...].firstIndex { !isOfIt($0) } ?? text.count
      defer { at = end }
      // POSIX wants three at least; nobody has more than a few.
      guard (3...16).contains(end - at) else { return nil }
      return String(decoding: text[at..<end], as: UTF8.self)
    }

    /// Returns `CET`, or `<+03>`.
    mutating func name() -> String? {
      func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }
      guard take(0x3C) else { return word(isLetter) }
      let name = word { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2B || $0 == 0x2D }
      return take(0x3E) ? name : nil
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int? {
      var number = 0
      let start = at
      while let digit = peek, (0x30...0x39).contains(digit), at - start < 4 {
        number = number * 10 + Int(digit - 0x30)
        at += 1
      }
      return at > start && range.contains(number) ? number : nil
    }

    /// Returns `[+-]hh[:mm[:ss]]` in seconds.
    mutating func time(hours: Int) -> Int? {
      let isNegative = take(0x2D)
      if !isNegative { _ = take(0x2B) }
      guard let hour = number(0...hours) else { return nil }
      var seconds = hour * 3600
      for unit in [60, 1] where peek == 0x3A {
        at += 1
        guard let part = number(0...59) else { return nil }
        seconds += part * unit
      }
      return isNegative ? -seconds : seconds
    }

    /// Returns `,date[/time]`.
    mutating func change() -> Change? {
      guard take(0x2C), let day = day() else { return nil }
      guard take(0x2F) else { return Change(day: day, time: 7200) }
      return time(hours: 167).map { Change(day: day, time: $0) }
    }

    private mutating func day() -> Day? {
      if take(0x4A) { return number(1...365).map { .numberWithoutLeapDay($0) } }
      guard take(0x4D) else { return number(0...365).map { .number($0) } }
      guard let month = number(1...12), take(0x2E), let week = number(1...5), take(0x2E),
        let day = number(0...6)
      else { return nil }
      return .weekday(month: month, week: week, day: day)
    }
  }
}
