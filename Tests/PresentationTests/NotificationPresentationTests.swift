import NotificationViews
import Presentation
import Testing

/// What of a payload is shown, and what where previews are hidden.
struct NotificationPresentationTests {
  @Test func theAlertIsShown() throws {
    let shown = try PresentedSample.present(
      #"{"aps":{"alert":{"title":"T","subtitle":"S","body":"B"},"sound":{"critical":1,"name":"a.caf"},"badge":3,"thread-id":"t"}}"#
    )
    #expect(shown.title == "T" && shown.subtitle == "S" && shown.body == "B")
    #expect(shown.level == .critical && shown.sound == .named("a.caf") && shown.badge == 3)
    #expect(shown.threadIdentifier == "t")
    #expect(try PresentedSample.present(#"{"aps":{"alert":"B"}}"#).body == "B")
    #expect(
      try PresentedSample.present(#"{"aps":{"alert":"B","sound":"default","interruption-level":"passive"}}"#)
        .sound == .usual)
    #expect(try PresentedSample.present(#"{"aps":{"alert":7}}"#).body == "")
  }

  @Test func keysAreFoundInTheLanguageOfThePerson() throws {
    let shown = try PresentedSample.present(
      #"{"locale":["de","en"],"payload":{"aps":{"alert":{"title-loc-key":"GREETING","title-loc-args":["Ann",2],"loc-key":"NONE","body":"literal"}}}}"#
    )
    #expect(shown.title == "de: hello Ann,2")
    #expect(shown.body == "literal")
    #expect(try PresentedSample.present(#"{"aps":{"alert":{"loc-key":"NONE"}}}"#).body == "NONE")
  }

  @Test func aViewTakesThePlaceOfTitleAndActions() throws {
    var shown = try PresentedSample.present(#"{"aps":{"alert":"B"}}"#)
    var view = NotificationView()
    view.title = "Parcel\u{202E}"
    view.actions = [NotificationAction(identifier: "a", title: "A\nB")]
    try view.append(.image(.init(attachment: "none", caption: "")))
    shown.extend(
      .init(plugin: "p", sizeRatio: 1, hidesDefaultContent: true, view: view), overridesTitle: true)
    #expect(shown.header == "Parcel" && shown.actions.map(\.title) == ["A B"])
    #expect(shown.warnings == ["p: the view shows the attachment 'none', which is not there"])
    #expect(shown.withHiddenPreviews.extended == nil)
  }
}
