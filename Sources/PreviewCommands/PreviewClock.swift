import TimeZones
import WorkerHost

/// The clock of a picture: a time of the day, on the same day in every picture.
struct PreviewClock {
  /// The text that the clock shows.
  let text: String
  /// The minutes since midnight; nil where the text is no time.
  private let minutes: Int?

  /// - Parameter text: such as `9:41`; another text is shown as it is.
  init(_ text: String) {
    self.text = text
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    if parts.count == 2, let hour = parts[0], let minute = parts[1], (0..<24).contains(hour),
      (0..<60).contains(minute)
    {
      minutes = hour * 60 + minute
    } else {
      minutes = nil
    }
  }

  /// A Boolean value that indicates whether the text has the form of a time and is none, such as `24:00`.
  var isMistaken: Bool { minutes == nil && text.wholeMatch(of: /[0-9]+:[0-9]+/) != nil }

  /// Returns the moment of that time on 1 January 2026, in seconds since 1970: a picture is the same whenever it is made, and
  /// what plugins write of the time agrees with the clock.
  ///
  /// - Parameter timeZone: the person's time zone; nil for UTC.
  func date(in timeZone: String?) -> Double {
    // Beside a text that is no time plugins have noon.
    let minutes = minutes ?? 12 * 60
    let local = CivilTime(year: 2026, month: 1, day: 1, hour: minutes / 60, minute: minutes % 60).seconds
    guard let timeZone, let zone = ZoneFolder.table.zone(named: timeZone) else { return Double(local) }
    return Double(zone.moments(of: local).first ?? zone.momentInGap(of: local))
  }
}
