/// A property of `request`, by its name in Lua.
package enum RequestProperty: String, CaseIterable, Sendable {
  case identifier
  case deviceToken = "device_token"
  case locale
  case timeZone = "time_zone"
  case environment
  case topic
  case pushType = "push_type"
  case priority
  case collapseID = "collapse_id"
  case expiration
  case receivedAt = "received_at"
  case settings
  case content

  /// One line for the manual and the editor.
  package var summary: String {
    switch self {
    case .identifier:
      "What the notification is known by: apns-collapse-id, else apns-id, else id, else rc.id, else a "
        + "new UUID."
    case .deviceToken:
      "A name for the device: 32 digits of the SHA-256 of its token in small letters, never the token itself."
    case .locale: "The recipient's first preference, BCP 47, or nil."
    case .timeZone:
      "The recipient's time zone by its name in IANA's database, such as \"Europe/Rome\", or nil; notilua.time uses it."
    case .environment: "\"sandbox\", \"production\" or nil."
    case .topic: "apns-topic, or nil."
    case .pushType: "apns-push-type; without it the one that the topic and the payload stand for."
    case .priority: "apns-priority as a number, or nil."
    case .collapseID: "apns-collapse-id, or nil."
    case .expiration: "apns-expiration in seconds since 1970, or nil."
    case .receivedAt: "When the host read the notification, in seconds since 1970."
    case .settings: "The operator's settings for this plugin, read only."
    case .content: "The content."
    }
  }

  /// The capability that a plugin needs to write it; nil where no plugin writes it.
  package var capability: String? { DeliveryField(rawValue: rawValue) == nil ? nil : "delivery" }

  /// The type for the editor.
  package var luaType: String {
    switch self {
    case .identifier, .pushType: "string"
    case .deviceToken, .locale, .timeZone, .environment, .topic, .collapseID: "string?"
    case .priority, .expiration: "integer?"
    case .receivedAt: "number"
    case .settings: "table"
    case .content: "notilua.Content"
    }
  }
}
