import EventLoop
import Notilua
import Presence

extension PresenceSettings {
  /// Makes the settings of a configuration.
  package init(_ presence: Configuration.Presence) {
    self.init()
    rule = PresenceRule(rawValue: presence.rule) ?? .allDevices
    backgroundAfter = presence.backgroundAfter.milliseconds
    longestLease = presence.lease.milliseconds
  }
}
