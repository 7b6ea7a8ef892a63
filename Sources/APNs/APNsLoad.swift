import APNsCredentials
import APNsProtocol
import NotificationModel

/// The state of all lanes of a sink at a moment.
struct APNsLoad {
  /// The state of a connection, as operators tell them apart.
  enum ConnectionState: String, Sendable, CaseIterable {
    /// APNs has accepted nothing on it yet.
    case opening
    case open
    /// It takes nothing more.
    case closing
  }

  /// A block of a lane: for a topic, or for all of it.
  struct Block: Hashable, Sendable {
    var credential: String
    var environment: PushEnvironment
    var reason: String

    /// Returns the blocks that there can be with credentials.
    static func known(_ credentials: [Credential]) -> [Block] {
      let own = credentials.map { ($0.name, PushEnvironment.allCases.filter($0.environments.contains)) }
      return (own + [("other", PushEnvironment.allCases)]).flatMap { name, environments in
        environments.flatMap { environment in
          reasons.map { Block(credential: name, environment: environment, reason: $0) }
        }
      }
    }

    private static let reasons =
      APNsReason.all.filter { $0.fate == .fixCredential || $0.retry == .renewToken }.map(\.name)
      + ["NoConnection", "other"]

    /// Returns the one of a list that it counts as.
    func known(in list: Set<Block>) -> Block {
      var block = self
      if !Self.reasons.contains(reason) { block.reason = "other" }
      if !list.contains(block) { block.credential = "other" }
      return block
    }
  }

  var inFlight = 0
  var connections: [ConnectionState: Int] = [:]
  var blocks: [Block] = []

  /// Adds the state of a lane.
  mutating func add(_ lane: APNsLane) {
    for connection in lane.connections {
      inFlight += connection.flights.count
      connections[connection.phase.state, default: 0] += 1
    }
    blocks += lane.blockReasons.map {
      Block(credential: lane.credential.name, environment: lane.environment, reason: $0)
    }
  }
}

extension APNsConnection.Phase {
  fileprivate var state: APNsLoad.ConnectionState {
    switch self {
    case .connecting, .unproven: .opening
    case .proven: .open
    case .draining: .closing
    }
  }
}
