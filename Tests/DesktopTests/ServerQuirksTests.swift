import Desktop
import NotificationViews
import Presentation
import Testing

/// Notifications for servers that differ.
struct ServerQuirksTests {
  private static let usual = ["body", "body-markup", "actions"]

  private func notification(
    _ name: String, specification: String = "1.2", body: String = "B", _ thumbnail: Thumbnail? = nil
  ) throws -> DesktopNotification {
    var shown = NotificationPresentation()
    shown.appName = "Chat"
    shown.title = "T"
    shown.body = body
    shown.actions = [NotificationAction(identifier: "mute", title: "Mute")]
    var view = NotificationView()
    try view.append(.progress(value: 0.5, label: "Half"))
    shown.extend(
      .init(plugin: "p", sizeRatio: 1, hidesDefaultContent: false, view: view), overridesTitle: false)
    let identity = ServerIdentity(name: name, specification: specification)
    return DesktopNotification(shown, ServerCapabilities(Self.usual, of: identity), thumbnail: thumbnail)
  }

  /// xfce4-notifyd's `xfce_notify_window_set_gauge_value` hides summary, body and buttons.
  @Test func xfceShowsTextInPlaceOfAGauge() throws {
    #expect(try notification("Xfce Notify Daemon").hints["value"] == nil)
    #expect(try notification("Xfce Notify Daemon").body == "B\nHalf · 50 %")
    #expect(try notification("dunst").hints["value"] == .number(50))
    #expect(try notification("").hints["value"] == .number(50))
  }

  /// Only menus list the default action; GLib leaves its label empty for all others.
  @Test(arguments: [
    ("dunst", "Chat"), ("mako", "Chat"), ("Xfce Notify Daemon", ""), ("lxqt-notificationd", ""),
    ("gnome-shell", ""), ("Plasma", ""), ("", ""),
  ])
  func theDefaultActionHasALabelInMenus(_ name: String, _ label: String) throws {
    let actions = try notification(name).actions
    #expect(actions.map(\.key) == ["default", "mute"] && actions.map(\.label) == [label, "Mute"])
  }

  /// notify-osd makes a dialog of what has actions (qutebrowser's notification.py).
  @Test func notifyOSDGetsNoActions() throws { #expect(try notification("notify-osd").actions == []) }

  @Test(arguments: ["Notification Daemon", "lxqt-notificationd"])
  func aBodyEndsAtTheSpaceOfAServerThatDrawsAll(_ name: String) throws {
    let body = try notification(name, body: String(repeating: "word ", count: 800)).body
    // The view has its place: half of the rows are for the notification's own text.
    #expect(body.count <= 8 * 44 + 13 && body.hasSuffix("…\nHalf · 50 %"))
    let lines = try notification(name, body: String(repeating: "<\n\n", count: 30)).body
    #expect(lines.split(separator: "\n", omittingEmptySubsequences: false).count <= 16)
    #expect(lines.hasPrefix("&lt;\n") && lines.hasSuffix("…\nHalf · 50 %"))
    // Letters of East Asia take two columns (Unicode Standard Annex 11).
    let wide = try notification(name, body: String(repeating: "漢", count: 2000)).body
    #expect(wide.count <= 8 * 22 + 13)
    var alone = NotificationPresentation()
    alone.body = String(repeating: "word ", count: 800)
    let server = ServerCapabilities(Self.usual, of: ServerIdentity(name: name))
    let whole = DesktopNotification(alone, server).body
    #expect((600...16 * 44 + 1).contains(whole.count) && whole.hasSuffix("…"))
    #expect(try notification(name, body: "short").body == "short\nHalf · 50 %")
    #expect(try notification("dunst", body: String(repeating: "word ", count: 700)).body.utf8.count > 3400)
  }

  /// Desktop Notifications Specification: `icon_data` in 1.0, `image_data` in 1.1, `image-data` since 1.2.
  @Test(arguments: [("1.0", "icon_data"), ("1.1", "image_data"), ("1.2", "image-data"), ("", "image-data")])
  func aPictureHasTheHintOfTheServersVersion(_ version: String, _ hint: String) throws {
    let picture = Thumbnail(width: 1, height: 1, pixels: [0, 0, 0, 0])
    #expect(try notification("x", specification: version, picture).hints[hint] == .image(picture))
  }
}
