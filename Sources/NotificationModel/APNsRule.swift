/// A rule of APNs for payloads that an operator may relax: a push that breaks it is accepted, and may have no effect.
///
/// Rules whose breach APNs refuses, and those of a key's type, are none of them.
public enum APNsRule: String, Sendable, CaseIterable {
  /// A push of type alert, background or liveactivity has `aps`.
  case apsRequired = "aps_required"
  /// A background push has `content-available`.
  case backgroundContentAvailable = "background_content_available"
  /// A background push has no `alert`, `badge` or `sound`.
  case backgroundWithoutAlert = "background_without_alert"
  /// A liveactivity push has `timestamp` and `event`.
  case liveActivityMembers = "liveactivity_members"
  /// The keys of a liveactivity push stand in no other.
  case liveActivityOnly = "liveactivity_only"
  /// The sound stands in `aps` and not in its alert.
  case alertSound = "alert_sound"
  /// The text of an alert is not taken away.
  case alertText = "alert_text"

  /// The names, as notilua.yaml has them.
  package static let names = allCases.map(\.rawValue)
}
