import EventLoop
import LosslessJSON

/// The state of the service, as `notilua ctl status` shows it.
package struct ServiceStatus: Sendable, Equatable {
  /// The phase of the service's life.
  package enum State: String, Sendable, CaseIterable {
    case starting, running, draining, drained, stopping
  }

  /// The phase.
  package var state: State
  /// The time since which the phase lasts, in milliseconds since 1970.
  package var since: Int64
  /// The time of the start, in milliseconds since 1970.
  package var startedAt: Int64
  /// The number of the process.
  package var process: Int32
  /// The program's version.
  package var version: String
  /// The digest of the configuration that is in force.
  package var configuration: String
  /// The number of the generation that is in force.
  package var generation = 0
  /// The connections of clients that push.
  package var connections = 0
  /// The notifications that are accepted and have not come to their end.
  package var waiting = 0
  /// The time at which the oldest of them was accepted, in milliseconds since 1970; nil where there is none.
  package var oldest: Int64?
  /// The reasons why notifications cannot be accepted durably.
  package var obstacles: [String] = []

  /// Makes a state in which nothing waits.
  package init(
    state: State, since: Int64, startedAt: Int64, process: Int32, version: String, configuration: String
  ) {
    self.state = state
    self.since = since
    self.startedAt = startedAt
    self.process = process
    self.version = version
    self.configuration = configuration
  }

  /// Returns the state as JSON at a time in milliseconds since 1970.
  package func json(at now: Int64) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("state", state.rawValue)
    writer.member("since", Timestamp.text(since))
    writer.member("started", Timestamp.text(startedAt))
    writer.member("uptime_seconds", max(now - startedAt, 0) / 1000)
    writer.member("process", process)
    writer.member("version", version)
    writer.member("configuration", configuration)
    writer.member("generation", generation)
    writer.member("connections", connections)
    writer.member("waiting", waiting)
    writer.key("oldest")
    if let oldest { writer.value(Timestamp.text(oldest)) } else { writer.null() }
    writer.member("oldest_seconds", oldest.map { max(now - $0, 0) / 1000 } ?? 0)
    writer.member("obstacles", obstacles)
    writer.endObject()
    return writer.text
  }
}

/// The end of a drain.
package struct DrainResult: Sendable, Equatable {
  /// The notifications that were accepted and have not come to their end.
  package var left: Int
  /// A Boolean value that indicates whether they are on a disk, and go on after the next start.
  package var isLeftDurable: Bool

  /// Makes a value from its parts.
  package init(left: Int, isLeftDurable: Bool) {
    self.left = left
    self.isLeftDurable = isLeftDurable
  }

  /// The result as JSON.
  package var json: String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("state", (left == 0 ? ServiceStatus.State.drained : .draining).rawValue)
    writer.member("left", left)
    writer.member("left_is_durable", isLeftDurable)
    writer.endObject()
    return writer.text
  }
}
