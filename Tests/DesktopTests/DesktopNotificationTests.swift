import Desktop
import Foundation
import NotificationModel
import NotificationViews
import Presentation
import Testing

/// What a server is given, by what it can do.
struct DesktopNotificationTests {
  /// A file with the first bytes of a form.
  private func attachment(_ identifier: String, _ bytes: [UInt8]) throws -> AttachmentFile {
    let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
    let path = "\(folder)/\(UUID().uuidString)"
    try Data(bytes).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try AttachmentFile(.init(identifier: identifier, url: "file://\(path)"), folders: [folder])
  }

  private func sample() -> NotificationPresentation {
    var shown = NotificationPresentation()
    shown.header = "Ride 7"
    shown.appName = "Chat"
    shown.title = "Anna <b>"
    shown.body = "1 < 2 & <img src=x>"
    shown.actions = [
      NotificationAction(
        identifier: "reply", title: "Reply", textInput: .init(placeholder: "Message", buttonTitle: "Send")),
      NotificationAction(identifier: "mute", title: "Mute"),
    ]
    return shown
  }

  @Test func markupIsEscapedWhereItIsRead() {
    let rich = DesktopNotification(sample(), ServerCapabilities(["body", "body-markup"]))
    #expect(rich.body == "1 &lt; 2 &amp; &lt;img src=x&gt;")
    // A summary has no markup (Desktop Notifications Specification, "Basic design").
    #expect(rich.summary == "Anna <b>")
    #expect(DesktopNotification(sample(), ServerCapabilities(["body"])).body == "1 < 2 & <img src=x>")
    #expect(DesktopNotification(sample(), ServerCapabilities([])).body == "")
  }

  @Test func actionsAreGivenWhereThereAreAny() {
    #expect(DesktopNotification(sample(), ServerCapabilities(["body"])).actions == [])
    let plain = DesktopNotification(sample(), ServerCapabilities(["actions"]))
    #expect(plain.actions.map(\.key) == ["default", "mute"])
    #expect(plain.omittedActions == ["reply"])
    #expect(plain.appName == "Chat" && plain.actions[0].label == "")
    let replying = DesktopNotification(sample(), ServerCapabilities(["actions", "inline-reply"]))
    #expect(replying.actions.map(\.key) == ["default", "inline-reply", "mute"])
    #expect(replying.replyAction == "reply" && replying.omittedActions == [])
    #expect(replying.hints["x-kde-reply-placeholder-text"] == .text("Message"))
  }

  @Test func levelsBecomeUrgencies() {
    var shown = sample()
    var urgencies: [DesktopNotification.Hint?] = []
    for level in NotificationPresentation.InterruptionLevel.allCases {
      shown.level = level
      let notification = DesktopNotification(shown, ServerCapabilities(["sound"]))
      urgencies.append(notification.hints["urgency"])
      #expect(notification.timeout == (level == .critical ? 0 : -1))
    }
    #expect(urgencies == [.byte(0), .byte(1), .byte(1), .byte(2)])
  }

  @Test func soundIsWhatThePushSays() {
    var shown = sample()
    let server = ServerCapabilities(["sound"])
    #expect(DesktopNotification(shown, server).hints["suppress-sound"] == .flag(true))
    shown.sound = .usual
    #expect(DesktopNotification(shown, server).hints["sound-name"] == .text("message-new-instant"))
    shown.sound = .named("bell.wav")
    #expect(
      DesktopNotification(shown, server, sound: "/s/bell.wav").hints["sound-file"] == .text("/s/bell.wav"))
    #expect(DesktopNotification(shown, server).hints["sound-name"] == .text("message-new-instant"))
    shown.level = .passive
    #expect(DesktopNotification(shown, server).hints["suppress-sound"] == .flag(true))
  }

  @Test func aViewIsTextBelowTheSummary() throws {
    var shown = sample()
    var view = NotificationView()
    try view.append(.progress(value: 0.5, label: "Half"))
    try view.append(.fields([.init(label: "Gate", value: "<A>")]))
    try view.append(.media(attachment: "m", title: "Song", isPlaying: false))
    // One that is not there has no button.
    try view.append(.media(attachment: "gone", title: "Gone", isPlaying: false))
    // ID3v2.3 §3.1.
    shown.attachments = [try attachment("m", Array("ID3".utf8) + [3, 0, 0, 0, 0, 0, 0])]
    shown.extend(
      .init(plugin: "p", sizeRatio: 1, hidesDefaultContent: true, view: view), overridesTitle: false)
    let notification = DesktopNotification(shown, ServerCapabilities(["body", "body-markup", "actions"]))
    #expect(notification.body == "Half · 50 %\n<b>Gate</b> &lt;A&gt;\n▶ Song")
    #expect(notification.hints["value"] == .number(50) && notification.hints["resident"] == .flag(true))
    #expect(notification.actions.map(\.key) == ["default", "mute", "media.play"])
  }

  @Test func aDesktopIsToldWhatItKeeps() {
    var shown = sample()
    shown.desktopEntry = "com.example.Chat"
    shown.isTransient = true
    shown.expiresAfter = 12.5
    let notification = DesktopNotification(shown, ServerCapabilities(["body"]))
    #expect(notification.hints["desktop-entry"] == .text("com.example.Chat"))
    #expect(notification.hints["transient"] == .flag(true) && notification.timeout == 12_500)
    shown.expiresAfter = 1e9
    #expect(DesktopNotification(shown, ServerCapabilities(["body"])).timeout == .max)
    // What is critical does not expire (Desktop Notifications Specification, "Urgency Levels").
    shown.level = .critical
    #expect(DesktopNotification(shown, ServerCapabilities(["body"])).timeout == 0)
    let plain = DesktopNotification(sample(), ServerCapabilities(["body"]))
    #expect(plain.hints["desktop-entry"] == nil && plain.hints["transient"] == nil && plain.timeout == -1)
  }

  @Test(arguments: [
    ("dunst", "x-dunst-stack-tag"), ("mako", "x-canonical-private-synchronous"),
    ("SwayNotificationCenter", "x-canonical-private-synchronous"), ("Plasma", ""),
  ])
  func aTagHasTheHintOfTheServer(_ name: String, _ hint: String) {
    var shown = sample()
    shown.desktopTag = "volume"
    let server = ServerCapabilities(["body"], of: ServerIdentity(name: name))
    let hints = DesktopNotification(shown, server).hints.filter { $0.value == .text("volume") }
    #expect(hints.keys.joined() == hint)
    // mako crashes where there is a number as well (emersion/mako issue 653).
    #expect(!DesktopNotification(shown, server, isReplacing: true).hints.values.contains(.text("volume")))
  }

  @Test func layoutsBecomeLines() throws {
    var shown = sample()
    var view = NotificationView()
    let column = { (texts: [String]) in
      ViewElement.Column(texts.map { .text([.init($0)], .body) } + [.image(.init(attachment: "a"))])
    }
    // A GIF of one pixel, by its header (GIF89a §18).
    shown.attachments = [try attachment("photo", Array("GIF89a".utf8) + [1, 0, 1, 0, 0, 0, 0])]
    try view.append(.columns([column(["Ajax", "home"]), column(["2:1"]), column(["PSV", "guest"])]))
    try view.append(.countdown(.init(end: 300, label: "Ends in")))
    let place = ViewElement.Place(name: "Stop", detail: "", latitude: 1, longitude: 2)
    try view.append(.map(.init(places: [place], route: [.init(latitude: 1, longitude: 2)])))
    try view.append(.timeline([.init(title: "Test", detail: "", time: "1:02", state: .failed)]))
    try view.append(
      .conversation([.init(sender: "Bo", text: "", time: "", isOwn: false, avatar: "", image: "photo")]))
    shown.extend(
      .init(plugin: "p", sizeRatio: 1, hidesDefaultContent: true, view: view), overridesTitle: false)
    shown = shown.resolved(at: 0, language: "en")
    let body = DesktopNotification(shown, ServerCapabilities(["body", "body-markup"])).body
    #expect(
      body == """
        Ajax · 2:1 · PSV
        home · guest
        Ends in · <b>5 min</b>
        ⌖ Stop
        ✗ Test · 1:02
        <b>Bo</b>: 🖼
        """)
  }

  @Test func whatIsTooLongEndsAtALine() throws {
    var shown = sample()
    var view = NotificationView()
    for _ in 0..<64 { try view.append(.text([.init(String(repeating: "<", count: 1000))], .body, .start)) }
    shown.extend(
      .init(plugin: "p", sizeRatio: 1, hidesDefaultContent: true, view: view), overridesTitle: false)
    let body = DesktopNotification(shown, ServerCapabilities(["body", "body-markup"])).body
    #expect(body.utf8.count <= 6000 && body.hasSuffix("&lt;"))
    var text = sample()
    text.body = String(repeating: "<", count: 1600)
    let long = DesktopNotification(text, ServerCapabilities(["body", "body-markup"])).body
    #expect(long.hasPrefix("&lt;&lt;") && long.hasSuffix("…"))
  }
}
