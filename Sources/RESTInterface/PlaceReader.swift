import HTTPTypes
import Muting
import NotificationModel
import Operations
import PushExtras

/// Reads the places that levels are for.
struct PlaceReader {
  /// The types of channels, for problems.
  static let types = "one of \(ChannelType.known.map(\.rawValue).joined(separator: ", "))"

  /// A Boolean value that indicates whether the place stands in the body, and not in the query.
  let isBody: Bool

  /// Reads a place.
  func place(_ type: String, _ target: String?, _ channel: String?) throws(Problem) -> MutePlace {
    let type = ChannelType(rawValue: type)
    guard ChannelType.known.contains(type) else {
      throw problem("'\(type.rawValue.shortened)' is no type of channel; write \(Self.types)", "channel_type")
    }
    for (name, value) in [("target", target), ("channel", channel)] {
      guard value.map(PathName.isName) ?? true else {
        throw problem("'\(name)' is not \(PathName.form); change it", name)
      }
    }
    if channel != nil {
      guard type == .superGroup else {
        throw problem("only a super group (UG) has channels; leave 'channel' out", "channel")
      }
      guard target != nil else {
        throw problem("'channel' is of no group; add 'target', the group", "channel")
      }
    }
    return MutePlace(type, target: target, channel: channel)
  }

  private func problem(_ detail: String, _ name: String) -> Problem {
    isBody
      ? Problem(.unprocessableContent, detail, pointer: "/\(name)")
      : Problem(.badRequest, "the query: \(detail)")
  }
}
