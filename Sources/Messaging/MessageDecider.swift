import Applications
import Composition
import Muting
import Presence
import Registry

/// Decides on a message for the devices of its recipients: by the message, the device, the recipient's wishes, and the
/// recipient's presence, in this order.
struct MessageDecider {
  let application: Application
  let composer: Composer
  let presence: PresenceBook
  let muting: Muting
  /// The time, in milliseconds since 1970.
  let now: Int64

  /// Decides on a message for a user.
  ///
  /// - Parameters:
  ///   - rules: the user's wishes for the message.
  ///   - devices: the user's registrations.
  func decide(
    _ message: Message, for user: String, _ rules: MuteRules, _ devices: [Device]
  ) -> [DeviceDecision] {
    guard !devices.isEmpty else { return [withoutDevice(message, user)] }
    let presence = presence.decide(
      PresenceUser(application: application.key, user: user), devices: devices.map(\.name), at: now)
    let facts = MuteFacts(message, for: user)
    return zip(devices, presence).map { device, presence in
      let muted = muting.decide(facts, rules, deviceZone: device.timeZone, at: now)
      var decision = decide(message, device, muted, presence)
      (decision.registration, decision.device) = (device.number, device.name)
      return decision
    }
  }

  /// Returns the decision for a recipient without a device: that there is none, unless the message is never pushed.
  private func withoutDevice(_ message: Message, _ user: String) -> DeviceDecision {
    if case .withheld(.neverPushes, let reason) = composer.compose(message, for: Recipient(user: user)) {
      return DeviceDecision(user, .neverPushes, reason)
    }
    return DeviceDecision(user, .noDevice, .noDevice)
  }

  private func decide(
    _ message: Message, _ device: Device, _ muted: (decision: Decision, reason: Reason)?,
    _ presence: PresenceDecision
  ) -> DeviceDecision {
    let user = device.user
    let verdict = composer.compose(message, for: Recipient(device))
    if case .withheld(let decision, let reason) = verdict, decision != .notPermitted {
      return DeviceDecision(user, decision, reason)
    }
    if let (decision, reason) = device.obstacle { return DeviceDecision(user, decision, reason) }
    if case .withheld(let decision, let reason) = verdict { return DeviceDecision(user, decision, reason) }
    if let muted { return DeviceDecision(user, muted.decision, muted.reason) }
    switch presence {
    case .push, .scheduled: return push(verdict, user, presence)
    case .online: return DeviceDecision(user, .online, .connected)
    case .loggedOut: return DeviceDecision(user, .loggedOut, .loggedOut)
    }
  }

  private func push(_ verdict: Verdict, _ user: String, _ presence: PresenceDecision) -> DeviceDecision {
    var decision = DeviceDecision(user, .push, verdict.reason)
    if case .scheduled(let due) = presence {
      decision = DeviceDecision(user, .scheduled, .inBackground, due: due)
    }
    if case .push(let push, _) = verdict { decision.warnings = push.warnings }
    return decision
  }
}

extension Device {
  /// The reason why nothing is pushed to the device whatever it is; nil where there is none.
  var obstacle: (Decision, Reason)? {
    switch state {
    case .active: nil
    case .suspended: (.suspended, .tokenRefused)
    case .loggedOut: (.loggedOut, .loggedOut)
    case .gone: (.noDevice, .noDevice)
    }
  }
}

extension Recipient {
  /// Makes the recipient that a device stands for.
  init(_ device: Device) {
    self.init(user: device.user)
    locales = device.locales
    permission = device.permission
    badgeCount = device.badge
    hidesDetails = device.hidesDetails
  }
}
