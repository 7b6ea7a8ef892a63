/// The settings of a picture: form, size, colours, language and clock.
package struct PictureOptions: Sendable, Equatable {
  /// The form in which a notification is seen.
  package enum Form: String, CaseIterable, Sendable {
    /// As it comes in.
    case banner
    /// With what its content extension builds, and its actions.
    case expanded
    /// Below the clock of a locked screen.
    case lock
    /// The same where previews are hidden.
    case hidden
  }

  package var form = Form.expanded
  package var appearance = Appearance.light
  /// BCP 47: the side on which lines begin, and forms of letters that languages share.
  package var language = ""
  /// The time on the clock, such as `9:41`.
  package var time = "9:41"
  /// Pixels of one point.
  package var scale = 2.0

  package init() {}

  /// True when the language is written from right to left (CLDR, `characterOrder`).
  package var isRightToLeft: Bool {
    let parts = language.replacingUnderscores.split(separator: "-").map { $0.lowercased() }
    if parts.contains(where: { ["arab", "hebr", "syrc", "thaa", "nkoo", "adlm", "rohg"].contains($0) }) {
      return true
    }
    if parts.dropFirst().contains(where: { $0.count == 4 }) { return false }
    return ["ar", "he", "iw", "fa", "ur", "ps", "sd", "ug", "yi", "dv", "ckb", "ks", "syr", "nqo"].contains(
      parts.first ?? "")
  }
}

extension String {
  fileprivate var replacingUnderscores: String { String(map { $0 == "_" ? "-" : $0 }) }
}
