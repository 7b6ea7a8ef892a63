import Applications
import Hummingbird
import LosslessJSON
import Muting
import Operations
import PushExtras

/// Writes levels and quiet hours as JSON.
enum MuteWriter {
  /// Returns the answer for a user.
  static func response(
    user: String, _ application: String, _ members: (inout JSONWriter) -> Void
  ) -> Response { response("user", user, application, members) }

  /// Returns the answer for a super group.
  static func response(
    group: String, _ application: String, _ members: (inout JSONWriter) -> Void
  ) -> Response { response("group", group, application, members) }

  private static func response(
    _ kind: String, _ name: String, _ application: String, _ members: (inout JSONWriter) -> Void
  ) -> Response {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member(kind, name)
    writer.member("application", application)
    members(&writer)
    writer.endObject()
    return Response(text: writer.text + "\n", type: "application/json")
  }

  /// Returns a user's levels as a list.
  static func list(_ levels: [(place: MutePlace, level: NotificationLevel)]) -> String {
    array(levels) { write($0.place, $0.level, to: &$1) }
  }

  /// Returns a group's levels as a list.
  static func list(_ levels: [(channel: String?, level: NotificationLevel)]) -> String {
    array(levels) { write($0.channel, $0.level, to: &$1) }
  }

  private static func array<Element>(
    _ elements: [Element], _ members: (Element, inout JSONWriter) -> Void
  ) -> String {
    var writer = JSONWriter()
    writer.beginArray()
    for element in elements {
      writer.beginObject()
      members(element, &writer)
      writer.endObject()
    }
    writer.endArray()
    return writer.text
  }

  /// Writes the members of a user's level.
  static func write(_ place: MutePlace, _ level: NotificationLevel, to writer: inout JSONWriter) {
    writer.member("channel_type", place.channelType.rawValue)
    if let target = place.target { writer.member("target", target) }
    write(place.channel, level, to: &writer)
  }

  /// Writes the members of a group's level.
  static func write(_ channel: String?, _ level: NotificationLevel, to writer: inout JSONWriter) {
    if let channel { writer.member("channel", channel) }
    writer.member("level", level.rawValue)
  }

  /// Writes the members of quiet hours.
  static func write(_ hours: QuietHours, to writer: inout JSONWriter) {
    writer.member("start", QuietHours.text(hours.start))
    writer.member("end", QuietHours.text(hours.end))
    if let zone = hours.timeZone { writer.member("time_zone", zone) }
    writer.member("level", hours.level.rawValue)
  }
}
