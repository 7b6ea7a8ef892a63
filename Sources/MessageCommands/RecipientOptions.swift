import ArgumentParser
import Composition
import Localization

/// The device that a message is composed for.
struct RecipientOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The user who receives the message.", valueName: "id"))
  var user = "recipient"

  @Option(
    help: ArgumentHelp("The device's language; give it several times by preference.", valueName: "tag"))
  var locale: [String] = []

  @Option(
    help: ArgumentHelp(
      "The parts that the user has permitted, of alert, badge and sound; or denied, not_asked or provisional.",
      valueName: "parts"),
    completion: .list(["alert,badge,sound", "denied", "not_asked", "provisional"]))
  var permission = "alert,badge,sound"

  @Option(help: ArgumentHelp("The number on the app's icon as it is.", valueName: "number"))
  var badge = 0

  @Flag(help: "The user hides what pushes say.")
  var hideDetails = false

  func validate() throws {
    for language in locale where LanguageTag(language) == nil {
      throw ValidationError(
        "--locale is '\(language)', which is no language; write a tag such as 'de' or 'zh-Hans'.")
    }
    guard PushPermission(words: permission) != nil else {
      throw ValidationError(
        "--permission is '\(permission)'; use alert, badge and sound with commas between, or denied, not_asked or"
          + " provisional.")
    }
    guard badge >= 0 else { throw ValidationError("--badge is \(badge); use 0 or more.") }
    guard !user.isEmpty else { throw ValidationError("--user is empty; name a user.") }
  }

  /// The device.
  var recipient: Recipient {
    var recipient = Recipient(user: user)
    recipient.locales = locale
    recipient.permission = PushPermission(words: permission) ?? recipient.permission
    recipient.badgeCount = badge
    recipient.hidesDetails = hideDetails
    return recipient
  }
}

extension PushPermission {
  /// Reads the words of a flag; nil where one is none.
  fileprivate init?(words: String) {
    switch words {
    case "denied": self = .denied
    case "not_asked": self = .notAsked
    case "provisional": self = .provisional(.all)
    default:
      let known: [Substring: Parts] = ["alert": .alert, "badge": .badge, "sound": .sound]
      var parts: Parts = []
      for word in words.split(separator: ",", omittingEmptySubsequences: false) {
        guard let part = known[word] else { return nil }
        parts.insert(part)
      }
      self = .granted(parts)
    }
  }
}
