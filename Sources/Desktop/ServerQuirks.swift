/// The name by which a notification server introduces itself.
///
/// Source: Desktop Notifications Specification 1.2, `GetServerInformation`.
package struct ServerIdentity: Sendable, Equatable {
  /// The product's name; empty where the server has not said it.
  package var name = ""
  package var vendor = ""
  package var version = ""
  /// The version of the specification that the server follows.
  package var specification = ""

  package init(name: String = "", vendor: String = "", version: String = "", specification: String = "") {
    self.name = name
    self.vendor = vendor
    self.version = version
    self.specification = specification
  }

  /// The name and the version, for people.
  var text: String { [name, version].filter { !$0.isEmpty }.joined(separator: " ") }
}

/// The ways in which a notification server differs from others.
package struct ServerQuirks: Sendable, Equatable {
  /// The space that a server has for a body.
  package struct Space: Sendable, Equatable {
    /// The most rows.
    package var rows: Int
    /// The letters of a row.
    package var columns: Int
  }

  /// A Boolean value that indicates whether the hint `value` may stand beside text.
  package var showsProgress = true
  /// A Boolean value that indicates whether the action `default` stands in a menu with the others, and needs a label.
  package var listsDefaultAction = false
  /// A Boolean value that indicates whether actions do more harm than good.
  package var avoidsActions = false
  /// A Boolean value that indicates whether a change of what is shown is announced like something new.
  package var announcesChanges = false
  /// The space for the body where the server draws all of it, also beyond the screen's edge; nil for no limit.
  package var space: Space?
  /// The hint by which a notification replaces another of the same tag, of any program; nil where there is none.
  package var tagHint: String?
  /// The name of the hint for a picture's pixels.
  package var pictureHint = "image-data"

  /// The table: a server's name, and what is known of it.
  ///
  /// If no other source is named, the server of Debian 12 was tried: `Tests/Desktop` does so again.
  private static let table: [String: ServerQuirks] = [
    // xfce4-notifyd 0.7.3: `xfce_notify_window_set_gauge_value` hides summary, body and buttons (lassekongo83/zuki-themes
    // issue 68, christophgysin/pasystray issue 63).
    "Xfce Notify Daemon": ServerQuirks(showsProgress: false),
    // dunst 1.9: its menu has a line for each action, that of an unnamed one is empty; dunst(5), "x-dunst-stack-tag".
    "dunst": ServerQuirks(listsDefaultAction: true, tagHint: "x-dunst-stack-tag"),
    // mako 1.7: `makoctl menu` lists the titles (emersion/mako pull request 270 has the hint).
    "mako": ServerQuirks(listsDefaultAction: true, tagHint: synchronous),
    // GNOME Shell: `showNotification` of js/ui/messageTray.js shows a banner at each change, but for low urgency.
    "gnome-shell": ServerQuirks(announcesChanges: true),
    // swaync 0.7.3 (ErikReider/SwayNotificationCenter issue 56 has the hint).
    "SwayNotificationCenter": ServerQuirks(tagHint: synchronous),
    // MATE 1.26 and notification-daemon 3.20 have the same name: both grow with the body, and put the buttons below
    // (element-web issue 10667).
    "Notification Daemon": ServerQuirks(space: Space(rows: 16, columns: 44)),
    // lxqt-notificationd 1.2: grows with the body as well.
    "lxqt-notificationd": ServerQuirks(space: Space(rows: 16, columns: 40)),
    // notify-osd: a notification with actions becomes a dialog with the number 0 (qutebrowser's notification.py).
    "notify-osd": ServerQuirks(avoidsActions: true, tagHint: synchronous),
  ]

  private static let synchronous = "x-canonical-private-synchronous"

  /// Makes the quirks of a server that does what is expected, but for what is given.
  init(
    showsProgress: Bool = true, listsDefaultAction: Bool = false, avoidsActions: Bool = false,
    announcesChanges: Bool = false, space: Space? = nil, tagHint: String? = nil
  ) {
    self.showsProgress = showsProgress
    self.listsDefaultAction = listsDefaultAction
    self.avoidsActions = avoidsActions
    self.announcesChanges = announcesChanges
    self.space = space
    self.tagHint = tagHint
  }

  /// Looks up the quirks of a server; one that is not in the table has none.
  package init(_ server: ServerIdentity) {
    self = Self.table[server.name] ?? ServerQuirks()
    // The hint was renamed twice (Desktop Notifications Specification, "Hints", 1.0 to 1.2).
    switch server.specification {
    case "1.0": pictureHint = "icon_data"
    case "1.1": pictureHint = "image_data"
    default: break
    }
  }
}
