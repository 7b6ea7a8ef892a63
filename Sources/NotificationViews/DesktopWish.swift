/// The wishes of a content extension for how a desktop shows its notification.
///
/// Source: Desktop Notifications Specification 1.2, "Hints" and "expire_timeout".
package struct DesktopWish: Sendable, Equatable {
  /// A Boolean value that indicates whether the notification stays out of the desktop's history; nil leaves it to the category.
  package var isTransient: Bool?
  /// The seconds after which it goes away; nil leaves it to the category.
  package var expiresAfter: Double?
  /// The tag by which a later notification takes the place of an earlier one; empty leaves it to the category.
  package var tag = ""

  package init(isTransient: Bool? = nil, expiresAfter: Double? = nil, tag: String = "") {
    self.isTransient = isTransient
    self.expiresAfter = expiresAfter
    self.tag = tag
  }

  /// The seconds after which a notification may go away.
  package static let expiries = 1.0...86_400.0
  /// A Boolean value that indicates whether nothing is asked for.
  package var isEmpty: Bool { self == DesktopWish() }
}
