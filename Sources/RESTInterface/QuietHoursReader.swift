import Applications
import HTTPTypes
import Muting
import Operations

/// Reads quiet hours.
struct QuietHoursReader {
  let body: JSONBody
  let zones: MuteZones

  /// Reads all of the body.
  func hours() throws(Problem) -> QuietHours {
    let hours = QuietHours(
      start: try minute("start"), end: try minute("end"), timeZone: try timeZone(), level: try level())
    guard hours.start != hours.end else {
      throw Problem(
        .unprocessableContent,
        "'start' and 'end' are the same time, so that it is not clear whether all day is meant or none of it; for all day"
          + " set the level of each channel type", pointer: "/end")
    }
    return hours
  }

  private func minute(_ name: String) throws(Problem) -> Int {
    guard let text = try body.text(name) else {
      throw Problem(.unprocessableContent, "'\(name)' is missing; add a time such as 22:30", pointer: "")
    }
    if let minute = QuietHours.minute(text) { return minute }
    throw Problem(
      .unprocessableContent, "'\(name)' is no time of day; write it as HH:MM, from 00:00 to 23:59",
      pointer: "/\(name)")
  }

  private func timeZone() throws(Problem) -> String? {
    guard let name = try body.text("time_zone") else { return nil }
    guard let problem = zones.problem(with: name) else { return name }
    throw Problem(.unprocessableContent, "'time_zone': \(problem)", pointer: "/time_zone")
  }

  private func level() throws(Problem) -> NotificationLevel {
    let level = try body.word("level", of: NotificationLevel.self) ?? .none
    guard level != .all else {
      throw Problem(
        .unprocessableContent, "'level' is 'all', so that no hour is quiet; DELETE the quiet hours instead",
        pointer: "/level")
    }
    return level
  }
}
