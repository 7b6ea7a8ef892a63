import Glibc
import LosslessJSON

/// The rules of APNs for payloads and headers: what it would refuse, or an iPhone would not show.
///
/// Sources: Apple, "Generating a remote notification", "Pushing background updates to your App", "Sending
/// notification requests to APNs".
package enum APNsRules {
  /// Returns the most bytes of a payload: 5120 for VoIP, 4096 for any other.
  package static func sizeLimit(pushType: String) -> Int { pushType == "voip" ? 5120 : 4096 }

  /// One thing that is wrong.
  package struct Breach: Sendable, Equatable {
    /// The subject: "size", or a place in the payload.
    package var subject: String
    /// A clause that names the key.
    package var message: String
    /// The rule that is broken, where an operator may relax it.
    package var rule: APNsRule?

    init(_ subject: String, _ message: String, _ rule: APNsRule? = nil) {
      self.subject = subject
      self.message = message
      self.rule = rule
    }
  }

  /// Returns the breach that a payload of `size` bytes is too large; nil where it is not.
  package static func sizeBreach(pushType: String, size: Int) -> Breach? {
    let limit = sizeLimit(pushType: pushType)
    return size > limit ? Breach("size", "the payload has \(size) bytes; APNs takes \(limit)") : nil
  }

  /// Returns the breaches of a line's payload as it stands now, but for its size.
  package static func breaches(
    _ line: NotificationLine, _ document: borrowing JSONDocument, pushType: String
  ) -> [Breach] {
    var check = PayloadCheck(inLiveActivity: pushType == liveActivity)
    check.checkMembers(document, line.payload(document), .payload)
    let ofTypes = pushTypeBreaches(line, document, pushType: pushType)
    // What is no object is named once.
    return check.found + ofTypes.filter { breach in !check.found.contains { $0.subject == breach.subject } }
  }

  private static let liveActivity = PushType.liveactivity.rawValue

  /// Returns the breaches of rules that depend on the push type, or that several members make together.
  package static func pushTypeBreaches(
    _ line: NotificationLine, _ document: borrowing JSONDocument, pushType: String
  ) -> [Breach] {
    var found: [Breach] = []
    guard let aps = line.aps(document) else {
      if ["alert", "background", liveActivity].contains(pushType), !isWallet(line, document) {
        found.append(Breach("aps", "a push of type \(pushType) needs 'aps'", .apsRequired))
      }
      return found
    }
    guard document.kind(of: aps) == .object else {
      found.append(Breach("aps", "'aps' is not an object"))
      return found
    }
    switch pushType {
    case "background":
      for key in ["alert", "badge", "sound"] as [StaticString] where document.member(aps, key) != nil {
        found.append(
          Breach("aps.\(key)", "a background push must not have 'aps.\(key)'", .backgroundWithoutAlert))
      }
      if !isOne(document, document.member(aps, "content-available")), !isWallet(line, document) {
        found.append(
          Breach(
            "aps.content-available", "a background push needs 'aps.content-available': 1",
            .backgroundContentAvailable))
      }
    case liveActivity:
      for key in ["timestamp", "event"] as [StaticString] where document.member(aps, key) == nil {
        found.append(Breach("aps.\(key)", "a liveactivity push needs 'aps.\(key)'", .liveActivityMembers))
      }
    default: break
    }
    if pushType != liveActivity { checkLiveActivityKeys(document, aps, pushType, &found) }
    return found
  }

  /// Returns whether a push is for a pass of Wallet, which has "an empty JSON dictionary as its payload".
  private static func isWallet(_ line: NotificationLine, _ document: borrowing JSONDocument) -> Bool {
    line.headerText(.topic, document).map(PushType.isWallet) ?? false
  }

  private static func checkLiveActivityKeys(
    _ document: borrowing JSONDocument, _ aps: NodeID, _ pushType: String, _ found: inout [Breach]
  ) {
    var cursor: UInt64 = 0
    while let (key, _) = document.nextMember(aps, &cursor) {
      guard let known = PayloadKey.findOfLiveActivity(document.unquotedText(of: key)) else { continue }
      found.append(
        Breach(
          known.path, "'\(known.path)' belongs to a liveactivity push, not to one of type \(pushType)",
          .liveActivityOnly))
    }
    if let alert = document.member(aps, "alert"), document.member(alert, "sound") != nil {
      found.append(
        Breach("aps.alert.sound", "a device ignores 'aps.alert.sound'; use 'aps.sound'", .alertSound))
    }
  }

  /// 1, or true, which real servers write for it.
  package static func isOne(_ document: borrowing JSONDocument, _ node: NodeID?) -> Bool {
    guard let node else { return false }
    return document.kind(of: node) == .true || document.integer(of: node) == 1
  }

  /// Returns whether an alert has a title, subtitle or body, literal or to be localised.
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

  /// Returns whether a line's payload has an alert with text.
  package static func hasAlertText(_ line: NotificationLine, _ document: borrowing JSONDocument) -> Bool {
    guard let alert = line.alert(document) else { return false }
    return hasAlertText(document, alert)
  }

  /// The breach of an alert whose text a plugin has taken away.
  package static let lostAlertText = Breach(
    "aps.alert.body",
    "all text of the alert is gone, so that a device shows the original; return notilua.drop(reason)"
      + " to show nothing", .alertText)

  /// Returns the reason why a device would not have run its service extension for this notification; nil
  /// where it would.
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
