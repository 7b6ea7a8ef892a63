import DeliveryTesting
import NotificationViews
import PageRendering
import Presentation
import Testing

/// Pages of HTML for a notification.
struct NotificationPageTests {
  private struct NoTexts: TextFinder {
    func text(_ key: String, arguments: [String], languages: [String]) -> String? { nil }
  }

  private func present(_ json: String) throws -> NotificationPresentation {
    NotificationPresentation(
      try #require(NotificationSample.read(json)), rules: .init(), texts: NoTexts())
  }

  @Test func aPageIsTextAndNothingElse() throws {
    var shown = try present(
      #"{"aps":{"alert":{"title":"<script>alert(1)</script>","body":"\"'><img src=x onerror=y>"}}}"#)
    var view = NotificationView()
    try view.append(.text([.init("<a href='javascript:x'>"), .init("<i>", isBold: true)], .body, .start))
    try view.append(.fields([.init(label: "<l>", value: "<v>")]))
    try view.append(.textInput(identifier: "x", .init(placeholder: "\" onfocus=\"x", buttonTitle: "<b>")))
    shown.extend(
      .init(plugin: "p", sizeRatio: 1, hidesDefaultContent: false, view: view), overridesTitle: false)
    let html = NotificationPage.html([("<caption>", shown)], PictureOptions()) { _, _ in nil }
    for hostile in ["<script", "<img", "<a ", "<l>", "<v>", "<caption>", "\" onfocus"] {
      #expect(!html.contains(hostile), "\(hostile)")
    }
    #expect(html.contains("default-src 'none'"))
  }

  private func page(
    _ elements: [ViewElement], language: String = "", form: PictureOptions.Form = .expanded,
    _ change: (inout NotificationPresentation) -> Void = { _ in }
  ) throws -> String {
    var shown = try present(#"{"aps":{"alert":{"title":"t","body":"b"}}}"#)
    var view = NotificationView()
    view.title = "Of the view"
    for element in elements { try view.append(element) }
    shown.extend(
      .init(plugin: "p", sizeRatio: 1, hidesDefaultContent: false, view: view), overridesTitle: true)
    change(&shown)
    var options = PictureOptions()
    options.language = language
    options.form = form
    return NotificationPage.html([("", shown)], options) { _, _ in nil }
  }

  /// WAI-ARIA 1.2: a progress bar has a name and a value, the present step is marked, lists keep their role.
  @Test func readersAreToldWhatIsDrawn() throws {
    let html = try page([
      .progress(value: 0.25, label: "On the way"),
      .timeline([.init(title: "One", detail: "", time: "", state: .current)]),
      .conversation([.init(sender: "A", text: "Hi", time: "", isOwn: false)]),
      .textInput(identifier: "x", .init(placeholder: "A note", buttonTitle: "Send")),
    ])
    #expect(
      html.contains("role=\"progressbar\" aria-valuemin=\"0\" aria-valuemax=\"100\" aria-valuenow=\"25\""))
    #expect(html.contains("aria-label=\"On the way\"") && html.contains("aria-current=\"step\""))
    #expect(html.contains("<ol class=\"element conversation\" role=\"list\">"))
    #expect(html.contains("placeholder=\"A note\" aria-label=\"A note\""))
  }

  /// The title of a view stands in the header of the view, and nowhere else.
  @Test func aViewsTitleIsItsOwn() throws {
    #expect(try page([]).contains(">Of the view</span>"))
    for form in [PictureOptions.Form.banner, .lock, .hidden] {
      #expect(try !page([], form: form).contains("Of the view</"))
    }
  }

  @Test func whatIsNotThereIsNotDrawn() throws {
    let html = try page([
      .image(.init(attachment: "none", caption: "A caption")),
      .media(attachment: "none", title: "A film", isPlaying: false),
    ])
    #expect(!html.contains("A caption") && !html.contains("A film"))
  }

  @Test func aPageIsReadFromItsSide() throws {
    #expect(try page([], language: "ar-EG").contains("<html lang=\"ar-EG\" dir=\"rtl\">"))
    #expect(try page([], language: "de").contains("<html lang=\"de\" dir=\"ltr\">"))
    #expect(try page([]).contains("<html lang=\"en\" dir=\"ltr\">"))
  }

  /// An app's colour, as it can be read on the card.
  @Test func colourAndLevelAreShown() throws {
    let html = try page([]) { shown in
      shown.accent = 0xFFD000
      shown.levelText = "Time Sensitive"
    }
    let accent = AccentColour(0xFFD000, .light)
    #expect(html.contains("--tint:\(accent.tint.css);--fill:\(accent.fill.css)"))
    #expect(html.contains("class=\"level line\" dir=\"auto\">Time Sensitive</p>"))
  }

  @Test func newElementsAreTextAndNothingElse() throws {
    let evil = "</svg><script>x</script>\" onload='x'"
    var countdown = ViewElement.Countdown(end: 0, label: evil)
    countdown.text = evil
    let html = try page([
      .columns([
        .init([.text([.init(evil)], .title)]), .init([.text([.init(evil)], .caption)], alignment: .end),
      ]),
      .countdown(countdown),
      .map(
        .init(
          places: [
            .init(name: evil, detail: evil, latitude: 90, longitude: 180),
            .init(name: "a", detail: "", latitude: -90, longitude: -180),
          ], route: [.init(latitude: 0, longitude: 0), .init(latitude: 1, longitude: 179)],
          circle: .init(center: .init(latitude: 0, longitude: 0), radius: 1e7))),
      .timeline([.init(title: evil, detail: evil, time: evil, state: .failed)]),
    ])
    #expect(
      !html.contains("<script") && !html.contains("\" onload") && !html.contains("nan")
        && !html.contains("inf\""))
    #expect(html.ranges(of: "</svg>").count == html.ranges(of: "<svg ").count)
  }

  /// A reload is asked for where a page follows changes, and nowhere else.
  @Test func onlyAWatchedPageReloads() throws {
    let shown = try present(#"{"aps":{"alert":"a"}}"#)
    let still = NotificationPage.html([("", shown)], PictureOptions()) { _, _ in nil }
    let watched = NotificationPage.html([("", shown)], PictureOptions(), refresh: 1) { _, _ in nil }
    #expect(!still.contains("refresh") && watched.contains("<meta http-equiv=\"refresh\" content=\"1\">"))
  }
}
