import GRDB

/// The effect of a token's refusal.
enum RefusalEffect: Equatable, Sendable {
  /// No device has the token, or it has registered again since.
  case none
  /// The registration has ended.
  case removed
  /// The device is suspended.
  case suspended
  /// The device stays as it is, since many tokens are refused.
  case spared
  /// The same, and so many that were suspended lately are active again.
  case restored(Int)
}

extension DeviceStore {
  /// Carries out what APNs has said of a token.
  ///
  /// - Parameter window: the application's refusals, which decide whether the device is suspended.
  static func refuse(
    _ refusal: TokenRefusal, of application: String, _ window: inout RefusalWindow, at now: Int64,
    in database: Database
  ) throws -> RefusalEffect {
    guard let device = try device(token: refusal.token, application: application, in: database) else {
      return .none
    }
    switch refusal.cause {
    case .unregistered(let since):
      guard device.registeredAt <= since ?? now else { return .none }
      try end(device, .unregistered, at: now, in: database)
      return .removed
    case .refused(let reason):
      guard device.state == .active else { return .none }
      return try suspend(device, reason, &window, at: now, in: database)
    }
  }

  private static func suspend(
    _ device: Device, _ reason: SuspensionReason, _ window: inout RefusalWindow, at now: Int64,
    in database: Database
  ) throws -> RefusalEffect {
    let active = try counts(in: database)[device.application]?[.active] ?? 0
    switch window.decide(active: active, at: now) {
    case .suspend:
      try set(.suspended(since: now, reason), device, at: now, database)
      return .suspended
    case .spare: return .spared
    case .restore:
      return .restored(try restore(device.application, since: now - RefusalWindow.span, at: now, database))
    }
  }

  /// Makes devices active that were suspended after a time; returns their number.
  private static func restore(
    _ application: String, since time: Int64, at now: Int64, _ database: Database
  ) throws -> Int {
    try database.execute(
      sql: """
        UPDATE device SET state = 0, since = NULL, reason = NULL, changed_at = ? \
        WHERE application = ? AND state = 1 AND since > ?
        """, arguments: [now, application, time])
    let restored = database.changesCount
    try count(application, .suspended, -restored, database)
    try count(application, .active, restored, database)
    return restored
  }
}
