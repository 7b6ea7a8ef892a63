import Presence

/// The time at which the stories of these tests begin, in milliseconds since 1970.
let start: Int64 = 1_764_000_000_000

extension GatewayReport {
  /// Makes a report of a gateway of the application `chat`, whose lease is a minute.
  init(from gateway: String = "a", lease: Int64 = 60_000, _ changes: PresenceChange...) {
    self.init(GatewayName(application: "chat", gateway: gateway), lease: lease)
    self.changes = changes
  }
}

extension PresenceChange {
  /// Makes a change of the state of a device of a user.
  init(
    _ state: PresenceState?, _ device: String = "phone", of user: String = "2121", at time: Int64? = nil,
    connection: String? = nil, seen: [String] = []
  ) {
    self.init(user: user, device: device, state: state)
    self.time = time
    self.connection = connection
    self.seen = seen
  }
}

extension PresenceUser {
  /// Makes a user of the application `chat`.
  init(_ user: String = "2121") { self.init(application: "chat", user: user) }
}

extension PresenceBook {
  /// Makes a book with a rule.
  convenience init(_ rule: PresenceRule) {
    var settings = PresenceSettings()
    settings.rule = rule
    self.init(settings)
  }

  /// Returns the decision on the device `phone` of a user.
  func decision(_ device: String = "phone", of user: String = "2121", at time: Int64) -> PresenceDecision? {
    decide(PresenceUser(user), devices: [device], at: time).first
  }
}
