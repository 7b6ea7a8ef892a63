import HTTPTypes
import NotificationModel
import Operations
import Presence

/// Reads the reports of gateways.
struct GatewayReader {
  /// The members of a report.
  static let members = ["application", "lease", "changes"]
  /// The members of a change.
  private static let changeMembers = ["user", "device", "state", "at", "connection", "seen"]
  /// The most changes of a report.
  static let changeLimit = 10_000
  /// The most messages that a change names as seen.
  static let seenLimit = 1000
  /// The shortest lease in seconds, and the one of a report that names none.
  private static let shortestLease = 1
  private static let usualLease = 60

  let body: JSONBody
  /// The longest lease, in milliseconds.
  let longestLease: Int64

  /// Reads a report of a gateway.
  func report(_ gateway: GatewayName) throws(Problem) -> GatewayReport {
    let longest = Int(longestLease / 1000)
    let lease = try body.integer("lease", in: Self.shortestLease...longest)
    var report = GatewayReport(gateway, lease: Int64(lease ?? min(Self.usualLease, longest)) * 1000)
    for (index, value) in try body.list("changes", limit: Self.changeLimit).enumerated() {
      report.changes.append(try Self.change(value, "/changes/\(index)"))
    }
    return report
  }

  private static func change(_ value: JSONValue, _ place: String) throws(Problem) -> PresenceChange {
    let members = try JSONBody(value, "the change", at: place, known: changeMembers)
    var change = PresenceChange(
      user: try members.requiredName("user"), device: try members.requiredName("device"),
      state: try members.word("state", of: PresenceState.self))
    change.time = try members.time("at")
    change.connection = try members.name("connection")
    if members.hasValue("seen") {
      change.seen = try members.texts("seen", limit: seenLimit, fewest: change.state == nil ? 1 : 0)
    }
    guard change.state != nil || !change.seen.isEmpty else {
      throw Problem(
        .unprocessableContent, "the change says nothing; add 'state', or the messages that were 'seen'",
        pointer: place)
    }
    return change
  }
}
