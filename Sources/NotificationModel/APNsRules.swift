import Glibc

/// What APNs asks of a payload, and what it would refuse or an iPhone would not show.
///
/// Sources: Apple, "Generating a remote notification", "Pushing background updates to your App", "Sending
/// notification requests to APNs".
package enum APNsRules {
  /// The most bytes of a payload: 5120 for VoIP, 4096 for any other.
  package static func sizeLimit(pushType: String) -> Int { pushType == "voip" ? 5120 : 4096 }

  /// One thing that is wrong.
  package struct Breach: Sendable, Equatable {
    /// What it is about: "size", or a place in the payload.
    package var subject: String
    /// A clause that names the key.
    package var message: String

    init(_ subject: String, _ message: String) {
      self.subject = subject
      self.message = message
    }
  }

  /// That a payload of `size` bytes is too large; nil where it is not.
  package static func sizeBreach(pushType: String, size: Int) -> Breach? {
    let limit = sizeLimit(pushType: pushType)
    return size > limit ? Breach("size", "the payload has \(size) bytes; APNs takes \(limit)") : nil
  }

  /// The breaches of a line's payload as it stands now, but for its size.
  package static func breaches(
    _ line: NotificationLine, _ document: borrowing JSONDocument, pushType: String
  ) -> [Breach] {
    var found: [Breach] = []
    guard let aps = line.aps(document) else {
      if ["alert", "background", "liveactivity"].contains(pushType), !isWallet(line, document) {
        found.append(Breach("aps", "a push of type \(pushType) needs 'aps'"))
      }
      return found
    }
    guard document.kind(of: aps) == .object else {
      found.append(Breach("aps", "'aps' is not an object"))
      return found
    }
    checkValues(document, aps, pushType, &found)
    switch pushType {
    case "background":
      for key in ["alert", "badge", "sound"] as [StaticString] where document.member(aps, key) != nil {
        found.append(Breach("aps.\(key)", "a background push must not have 'aps.\(key)'"))
      }
      if !isOne(document, document.member(aps, "content-available")), !isWallet(line, document) {
        found.append(Breach("aps.content-available", "a background push needs 'aps.content-available': 1"))
      }
    case "liveactivity":
      for key in ["timestamp", "event"] as [StaticString] where document.member(aps, key) == nil {
        found.append(Breach("aps.\(key)", "a liveactivity push needs 'aps.\(key)'"))
      }
    default: break
    }
    return found
  }

  /// Returns whether a push is for a pass of Wallet, which has "an empty JSON dictionary as its payload".
  private static func isWallet(_ line: NotificationLine, _ document: borrowing JSONDocument) -> Bool {
    line.headerText("apns-topic", document).map(PushType.isWallet) ?? false
  }

  private static func checkValues(
    _ document: borrowing JSONDocument, _ aps: NodeID, _ pushType: String, _ found: inout [Breach]
  ) {
    var cursor: UInt64 = 0
    while let (key, value) = document.nextMember(aps, &cursor) {
      let name = document.rawText(of: key)
      // The inside of the quotes; no key of Apple's needs an escape.
      func isKey(_ wanted: StaticString) -> Bool {
        guard let start = name.baseAddress, name.count == wanted.utf8CodeUnitCount + 2 else { return false }
        return memcmp(start + 1, wanted.utf8Start, wanted.utf8CodeUnitCount) == 0
      }
      switch name.count - 2 {
      case 5 where isKey("badge"):
        if let badge = document.integer(of: value), badge >= 0 { break }
        found.append(Breach("aps.badge", "'aps.badge' is not a whole number of 0 or more"))
      case 5 where isKey("alert"):
        let kind = document.kind(of: value)
        if kind != .string && kind != .object {
          found.append(Breach("aps.alert", "'aps.alert' is neither a string nor an object"))
        }
      case 5 where isKey("sound"): checkSound(document, value, &found)
      case 9 where isKey("thread-id"), 8 where isKey("category"), 17 where isKey("target-content-id"),
        15 where isKey("filter-criteria"):
        if document.kind(of: value) != .string {
          found.append(
            Breach(
              "aps.\(document.swiftString(of: key))", "'aps.\(document.swiftString(of: key))' is not a string"
            ))
        }
      case 15 where isKey("relevance-score"):
        let score = document.kind(of: value) == .number ? document.double(of: value) : .nan
        if pushType == "liveactivity" ? score.isNaN : !(score >= 0 && score <= 1) {
          found.append(Breach("aps.relevance-score", "'aps.relevance-score' is not a number of 0 to 1"))
        }
      case 18 where isKey("interruption-level"):
        let level = document.kind(of: value) == .string ? document.swiftString(of: value) : ""
        if !ContentProperty.interruptionLevels.contains(level) {
          found.append(
            Breach(
              "aps.interruption-level",
              "'aps.interruption-level' is not passive, active, time-sensitive or critical"))
        }
      case 13 where isKey("content-state"), 10 where isKey("stale-date"), 14 where isKey("dismissal-date"),
        15 where isKey("attributes-type"), 5 where isKey("event"):
        if pushType != "liveactivity" {
          let place = "aps.\(document.swiftString(of: key))"
          found.append(
            Breach(place, "'\(place)' belongs to a liveactivity push, not to one of type \(pushType)"))
        }
      case 15 where isKey("mutable-content"), 17 where isKey("content-available"):
        if !isOne(document, value) {
          found.append(
            Breach("aps.\(document.swiftString(of: key))", "'aps.\(document.swiftString(of: key))' is not 1"))
        }
      default: break
      }
    }
  }

  private static func checkSound(_ document: borrowing JSONDocument, _ sound: NodeID, _ found: inout [Breach])
  {
    switch document.kind(of: sound) {
    case .string: return
    case .object: break
    default:
      found.append(Breach("aps.sound", "'aps.sound' is neither a string nor an object"))
      return
    }
    if let critical = document.member(sound, "critical") {
      let flag = document.integer(of: critical)
      if flag != 0 && flag != 1 {
        found.append(Breach("aps.sound.critical", "'aps.sound.critical' is neither 0 nor 1"))
      }
    }
    if let volume = document.member(sound, "volume") {
      let level = document.kind(of: volume) == .number ? document.double(of: volume) : .nan
      if !(level >= 0 && level <= 1) {
        found.append(Breach("aps.sound.volume", "'aps.sound.volume' is not a number of 0 to 1"))
      }
    }
    if let name = document.member(sound, "name"), document.kind(of: name) != .string {
      found.append(Breach("aps.sound.name", "'aps.sound.name' is not a string"))
    }
  }

  /// 1, or true, which real servers write for it.
  package static func isOne(_ document: borrowing JSONDocument, _ node: NodeID?) -> Bool {
    guard let node else { return false }
    return document.kind(of: node) == .true || document.integer(of: node) == 1
  }

  /// Whether an alert has a title, subtitle or body, literal or to be localised.
  private static func hasAlertText(_ document: borrowing JSONDocument, _ alert: NodeID) -> Bool {
    if document.kind(of: alert) == .string { return document.rawText(of: alert).count > 2 }
    // Without a list, which would be made for every edit of every plugin.
    return hasText(document, alert, "body") || hasText(document, alert, "loc-key")
      || hasText(document, alert, "title") || hasText(document, alert, "title-loc-key")
      || hasText(document, alert, "subtitle") || hasText(document, alert, "subtitle-loc-key")
  }

  private static func hasText(
    _ document: borrowing JSONDocument, _ alert: NodeID, _ key: StaticString
  ) -> Bool {
    guard let value = document.member(alert, key) else { return false }
    return document.kind(of: value) == .object || document.rawText(of: value).count > 2
  }

  /// Whether a line's payload has an alert with text.
  package static func hasAlertText(_ line: NotificationLine, _ document: borrowing JSONDocument) -> Bool {
    guard let alert = line.alert(document) else { return false }
    return hasAlertText(document, alert)
  }

  /// What is wrong with the headers, which no plugin can change.
  package static func headerBreaches(_ line: NotificationLine, _ document: borrowing JSONDocument) -> [Breach]
  {
    var found: [Breach] = []
    if let type = line.headerText("apns-push-type", document), PushType(rawValue: type) == nil {
      found.append(Breach("apns-push-type", "'apns-push-type' is none that APNs knows"))
    }
    if let priority = line.headerText("apns-priority", document) {
      if !["1", "5", "10"].contains(priority) {
        found.append(Breach("apns-priority", "'apns-priority' is not 1, 5 or 10"))
      } else if priority == "10", line.pushType(document) == "background" {
        found.append(Breach("apns-priority", "a background push must have 'apns-priority' 5"))
      }
    }
    if let collapse = line.headerText("apns-collapse-id", document), collapse.utf8.count > 64 {
      found.append(Breach("apns-collapse-id", "'apns-collapse-id' has more than 64 bytes"))
    }
    if let expiration = line.headerText("apns-expiration", document), Int64(expiration) == nil {
      found.append(Breach("apns-expiration", "'apns-expiration' is not a time in seconds since 1970"))
    }
    return found
  }

  /// Why a device would not have run its service extension for this notification; nil where it would.
  package static func reasonNotRun(
    _ line: NotificationLine, _ document: borrowing JSONDocument
  ) -> String? {
    let type = line.pushType(document)
    if type != "alert" { return "it is a push of type \(type.isEmpty ? "\"\"" : type), not an alert" }
    guard let aps = line.aps(document) else { return "it has no 'aps'" }
    guard isOne(document, document.member(aps, "mutable-content")) else {
      return "'aps.mutable-content' is not 1"
    }
    guard hasAlertText(line, document) else {
      return "the alert has no title, subtitle or body"
    }
    return nil
  }
}
