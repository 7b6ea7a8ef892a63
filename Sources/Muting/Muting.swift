import Applications
import Composition
import PushExtras

/// Decides whether a recipient wants to be notified of a message.
package struct Muting: Sendable {
  private let zones: MuteZones

  /// Makes a decider with the time zones of the machine.
  package init(_ zones: MuteZones) { self.zones = zones }

  /// Decides on a message for a device of a recipient; nil where it notifies.
  ///
  /// The first level that is set decides, whatever the others say.
  ///
  /// - Parameters:
  ///   - deviceZone: the name of the device's time zone; nil where it is not known.
  ///   - time: milliseconds since 1970.
  package func decide(
    _ facts: MuteFacts, _ rules: MuteRules, deviceZone: String?, at time: Int64
  ) -> (decision: Decision, reason: Reason)? {
    if let hours = rules.quietHours, hours.contain(time, in: zones.zone(hours.timeZone, deviceZone)) {
      return hours.level.admits(facts) ? nil : (.quietHours, .quietHours)
    }
    let (level, reason) = Self.level(of: facts.place, rules)
    return level.admits(facts) ? nil : (.muted, reason)
  }

  /// Returns the level that counts, with the reason for which it mutes.
  private static func level(of place: MutePlace, _ rules: MuteRules) -> (NotificationLevel, Reason) {
    let isSuperGroup = place.channelType == .superGroup
    let levels: [(NotificationLevel?, Reason)] = [
      (isSuperGroup && place.channel != nil ? rules.subchannel : nil, .subchannelMuted),
      (rules.channel, .channelMuted),
      (rules.channelType, .channelTypeMuted),
      (isSuperGroup && place.channel != nil ? rules.subchannelDefault : nil, .subchannelMutedByGroup),
      (isSuperGroup ? rules.channelDefault : nil, .channelMutedByGroup),
    ]
    for case (let level?, let reason) in levels { return (level, reason) }
    return (rules.application, .mutedByApplication)
  }
}

extension NotificationLevel {
  /// Returns whether a message notifies.
  fileprivate func admits(_ facts: MuteFacts) -> Bool {
    switch self {
    case .all: true
    case .mentions: facts.mentionsRecipient || facts.mentionsAll
    case .mentionsOfMe: facts.mentionsRecipient
    case .mentionsOfAll: facts.mentionsAll
    case .none: false
    }
  }
}
