import Desktop
import NotificationViews
import Presentation
import Testing

/// Texts of both directions in one line of a body.
///
/// The strings were compared with what fribidi 1.0.8 and python-bidi make of them; `Tests/Desktop` has fribidi judge what
/// servers are given.
struct BodyLineTests {
  private func body(_ element: ViewElement, title: String = "") throws -> String {
    var shown = NotificationPresentation()
    shown.title = title
    var view = NotificationView()
    try view.append(element)
    shown.extend(
      .init(plugin: "p", sizeRatio: 1, hidesDefaultContent: true, view: view), overridesTitle: false)
    return DesktopNotification(shown, ServerCapabilities(["body"])).body
  }

  /// Without isolates the number is seen as "901820 30 49+" (Unicode Standard Annex 9, rule N1).
  @Test func aValueKeepsItsDirection() throws {
    #expect(
      try body(.fields([.init(label: "الهاتف", value: "+49 30 901820")]))
        == "الهاتف \u{2068}+49 30 901820\u{2069}")
    // The first letter with a direction decides the line's, so that its text stands free.
    #expect(try body(.fields([.init(label: "Name", value: "ליאת")])) == "Name \u{2068}ליאת\u{2069}")
    #expect(
      try body(.fields([.init(label: "10:00–10:45", value: "اجتماع")]))
        == "\u{2068}10:00–10:45\u{2069} اجتماع")
  }

  @Test func textOfOneDirectionIsLeftAsItIs() throws {
    #expect(try body(.fields([.init(label: "Gate", value: "A 12")])) == "Gate A 12")
    #expect(try body(.fields([.init(label: "الاسم", value: "ليلى")])) == "الاسم ليلى")
  }

  @Test func everyKindOfLineIsIsolated() throws {
    let step = ViewElement.Step(title: "تم التسليم", detail: "", time: "10:00–10:45", state: .done)
    #expect(try body(.timeline([step])) == "● تم التسليم · \u{2068}10:00–10:45\u{2069}")
    #expect(try body(.progress(value: 0.5, label: "تحميل")) == "تحميل · \u{2068}50 %\u{2069}")
    let place = ViewElement.Place(name: "مقهى", detail: "12–14", latitude: nil, longitude: nil)
    #expect(try body(.places([place])) == "⌖ مقهى · \u{2068}12–14\u{2069}")
    let message = ViewElement.Message(sender: "דנה", text: "+49 30", time: "", isOwn: false)
    #expect(try body(.conversation([message])) == "דנה: \u{2068}+49 30\u{2069}")
  }

  /// Qt takes a body for one paragraph: "-1,250.00 USD" would be seen as "USD 1,250.00-" below Arabic text (LXQt 1.2).
  @Test func aLineOfTheOtherDirectionStandsForItself() throws {
    var shown = NotificationPresentation()
    shown.body = "راجع التفاصيل"
    var view = NotificationView()
    try view.append(.text([.init("-1,250.00 USD")], .title))
    try view.append(.text([.init("10:00–10:45")], .body))
    try view.append(.text([.init("—")], .body))
    try view.append(.text([.init("ليلى")], .body))
    shown.extend(
      .init(plugin: "p", sizeRatio: 1, hidesDefaultContent: false, view: view), overridesTitle: false)
    let lines = DesktopNotification(shown, ServerCapabilities(["body"])).body.split(separator: "\n")
    #expect(
      lines == [
        "راجع التفاصيل", "\u{2068}-1,250.00 USD\u{2069}", "\u{2068}10:00–10:45\u{2069}", "—", "ليلى",
      ])
    shown.body = "Details"
    let others = DesktopNotification(shown, ServerCapabilities(["body"])).body.split(separator: "\n")
    #expect(others == ["Details", "-1,250.00 USD", "10:00–10:45", "—", "\u{2068}ليلى\u{2069}"])
  }

  /// A word that is emphasised inside of a sentence belongs to it.
  @Test func runsOfATextAreOneText() throws {
    #expect(
      try body(.text([.init("رقمك "), .init("+49", isBold: true)], .body)) == "رقمك +49")
  }
}
