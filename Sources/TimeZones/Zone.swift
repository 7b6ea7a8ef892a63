/// One kind of time of a zone: its distance from UTC and its names.
package struct ZoneTime: Equatable, Sendable {
  /// Seconds east of Greenwich.
  package var offset: Int
  package var isDaylight: Bool
  package var abbreviation: String

  package init(offset: Int, isDaylight: Bool, abbreviation: String) {
    self.offset = offset
    self.isDaylight = isDaylight
    self.abbreviation = abbreviation
  }
}

/// A time zone: its changes up to now, and the rule of those to come.
package struct Zone: Equatable, Sendable {
  /// A moment from which on another time counts.
  package struct Transition: Equatable, Sendable {
    package var at: Int
    package var time: ZoneTime

    package init(at: Int, time: ZoneTime) {
      self.at = at
      self.time = time
    }
  }

  /// The kinds of time that the zone has had; the first counts before all changes.
  package let times: [ZoneTime]
  /// The moments of the changes, each later than the one before.
  let moments: [Int]
  /// The kinds that count from these moments on, by their place in ``times``.
  let numbers: [UInt8]
  /// The rule for times after the last change; nil where the last change holds for ever.
  package let rule: ZoneRule?

  /// - Parameters:
  ///   - times: one at least.
  ///   - numbers: one for each of the moments, and each that of a time.
  package init(times: [ZoneTime], moments: [Int] = [], numbers: [UInt8] = [], rule: ZoneRule? = nil) {
    self.times = times
    self.moments = moments
    self.numbers = numbers
    self.rule = rule
  }

  package static let utc = Zone(times: [ZoneTime(offset: 0, isDaylight: false, abbreviation: "UTC")])

  /// Returns the time that counts at a moment.
  package func time(at seconds: Int) -> ZoneTime {
    let next = index(after: seconds)
    if next == moments.count, let rule { return rule.time(at: seconds) }
    return next == 0 ? times[0] : times[Int(numbers[next - 1])]
  }

  /// Returns the number of the first transition that is later than a moment.
  private func index(after seconds: Int) -> Int {
    var low = 0
    var high = moments.count
    while low < high {
      let middle = (low + high) / 2
      if moments[middle] <= seconds { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// No clock is further from Greenwich, in seconds (RFC 8536 §3.2).
  private static let farthest = 26 * 3600

  /// Returns the moments at which the zone's clock shows a time, in order: none where the clock passes it over, and two or more
  /// where it is put back.
  package func moments(of local: Int) -> [Int] {
    var offsets = [time(at: local - Self.farthest).offset]
    for transition in transitions(near: local) where !offsets.contains(transition.time.offset) {
      offsets.append(transition.time.offset)
    }
    return offsets.map { local - $0 }.filter { time(at: $0).offset == local - $0 }.sorted()
  }

  /// Returns the moment of a time that the clock passes over: by the time that counted before, so that it comes as much
  /// later as the clock was put forward.
  package func momentInGap(of local: Int) -> Int {
    var before = time(at: local - Self.farthest)
    for transition in transitions(near: local) {
      if transition.at + before.offset <= local, local < transition.at + transition.time.offset { break }
      before = transition.time
    }
    return local - before.offset
  }

  /// Returns the transitions that a time on the zone's clock may lie at.
  private func transitions(near local: Int) -> [Transition] {
    let window = local - Self.farthest...local + Self.farthest
    var found: [Transition] = []
    for place in index(after: window.lowerBound)..<index(after: window.upperBound) {
      found.append(Transition(at: moments[place], time: times[Int(numbers[place])]))
    }
    guard let rule else { return found }
    let last = moments.last ?? .min
    return found + rule.changes(around: local).filter { $0.at > last && window.contains($0.at) }
  }
}
