import NotificationModel
import Presentation
import Testing

/// What of a payload is shown, and what where previews are hidden.
struct NotificationPresentationTests {
  private struct Texts: TextFinder {
    func text(_ key: String, arguments: [String], languages: [String]) -> String? {
      key == "GREETING" ? "\(languages.first ?? "-"): hello \(arguments.joined(separator: ","))" : nil
    }
  }

  private func present(_ json: String, _ rules: PresentationRules = .init()) throws
    -> NotificationPresentation
  {
    try #require(NotificationPresentation(Array(json.utf8), rules: rules, texts: Texts()))
  }

  @Test func theAlertIsShown() throws {
    let shown = try present(
      #"{"aps":{"alert":{"title":"T","subtitle":"S","body":"B"},"sound":{"critical":1,"name":"a.caf"},"badge":3,"thread-id":"t"}}"#
    )
    #expect(shown.title == "T" && shown.subtitle == "S" && shown.body == "B")
    #expect(shown.level == .critical && shown.sound == .named("a.caf") && shown.badge == 3)
    #expect(shown.threadIdentifier == "t")
    #expect(try present(#"{"aps":{"alert":"B"}}"#).body == "B")
    #expect(
      try present(#"{"aps":{"alert":"B","sound":"default","interruption-level":"passive"}}"#).sound == .usual)
    #expect(try present(#"{"aps":{"alert":7}}"#).body == "")
    #expect(NotificationPresentation(Array("[]".utf8), rules: .init(), texts: Texts()) == nil)
  }

  @Test func keysAreFoundInTheLanguageOfThePerson() throws {
    let shown = try present(
      #"{"locale":["de","en"],"payload":{"aps":{"alert":{"title-loc-key":"GREETING","title-loc-args":["Ann",2],"loc-key":"NONE","body":"literal"}}}}"#
    )
    #expect(shown.title == "de: hello Ann,2")
    #expect(shown.body == "literal")
    #expect(try present(#"{"aps":{"alert":{"loc-key":"NONE"}}}"#).body == "NONE")
  }

  @Test func theCategoryHasActionsAndHidesPreviews() throws {
    var rules = PresentationRules()
    rules.appName = "Chat"
    var category = NotificationCategory(identifier: "M")
    category.actions = [.init(identifier: "reply", title: LocalizableText("GREETING", isKey: true))]
    category.hiddenPreviewsBodyPlaceholder = LocalizableText("New message")
    category.options = [.hiddenPreviewsShowTitle]
    rules.categories = [category]
    let shown = try present(
      #"{"aps":{"alert":{"title":"T","subtitle":"S","body":"B"},"category":"M"}}"#, rules)
    #expect(shown.actions.map(\.title) == ["-: hello "].map { SafeText.line($0) })
    let hidden = shown.withHiddenPreviews
    #expect(hidden.title == "T" && hidden.subtitle == "" && hidden.body == "New message")
    // Categories are told apart by their letters.
    #expect(try present(#"{"aps":{"alert":"B","category":"m"}}"#, rules).actions == [])
  }

  @Test func aViewTakesThePlaceOfTitleAndActions() throws {
    var shown = try present(#"{"aps":{"alert":"B"}}"#)
    var view = NotificationView()
    view.title = "Parcel\u{202E}"
    view.actions = [NotificationAction(identifier: "a", title: "A\nB")]
    try view.append(.image(attachment: "none", caption: ""))
    shown.extend(
      .init(plugin: "p", sizeRatio: 1, hidesDefaultContent: true, view: view), overridesTitle: true)
    #expect(shown.header == "Parcel" && shown.actions.map(\.title) == ["A B"])
    #expect(shown.warnings == ["p: the view shows the attachment 'none', which is not there"])
    #expect(shown.withHiddenPreviews.extended == nil)
  }

  @Test func aViewIsReadAsItWasWritten() throws {
    var view = NotificationView()
    view.title = "T"
    view.actions = [
      NotificationAction(
        identifier: "r", title: "Reply", options: [.destructive, .foreground],
        textInput: .init(placeholder: "p", buttonTitle: "b"))
    ]
    try view.append(
      .text([.init("a"), .init("b", isBold: true, isItalic: true, isMonospaced: true)], .title))
    try view.append(.image(attachment: "i", caption: "c"))
    try view.append(.fields([.init(label: "l", value: "v\"\\")]))
    try view.append(.progress(value: 0.25, label: "l"))
    try view.append(.timeline([.init(title: "t", detail: "d", time: "1", state: .current)]))
    try view.append(.places([.init(name: "n", detail: "d", latitude: -1.5, longitude: 179)]))
    try view.append(.conversation([.init(sender: "s", text: "t", time: "1", isOwn: true)]))
    try view.append(.buttons([.init(identifier: "b", title: "B")]))
    try view.append(.textInput(identifier: "x", .init(placeholder: "p", buttonTitle: "b")))
    try view.append(.media(attachment: "m", title: "t", isPlaying: true))
    let reader = try ViewReader(Array(view.json.utf8))
    #expect(try reader.view(reader.root) == view)
  }
}
