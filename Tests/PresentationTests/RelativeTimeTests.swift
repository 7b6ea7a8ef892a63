import NotificationViews
import Presentation
import Testing

/// Texts of times that are told from now.
///
/// The right values are those of Babel 2.16 (CLDR 45), `format_timedelta(…, add_direction=True)`, and of CLDR's charts for days.
struct RelativeTimeTests {
  private static let now = 1_767_260_460.0

  @Test(arguments: [
    ("en", 0.0, "now"), ("en", 59, "now"), ("en", -59.9, "now"), ("en", 60, "in 1 minute"),
    ("en", 119, "in 1 minute"), ("en", 120, "in 2 minutes"), ("en", -60, "1 minute ago"),
    ("en", 3599, "in 59 minutes"), ("en", 3600, "in 1 hour"), ("en", 7199, "in 1 hour"),
    ("en", 86_399, "in 23 hours"), ("en", 86_400, "tomorrow"), ("en", -86_400, "yesterday"),
    ("de", 300, "in 5 Minuten"), ("de", -7200, "vor 2 Stunden"), ("ru", 300, "через 5 минут"),
    ("ru", 120, "через 2 минуты"), ("ja", 300, "5 分後"), ("ar", 7200, "خلال ساعتين"),
    ("pl", -300, "5 minut temu"),
    ("fr", 300, "dans 5 minutes"), ("", 300, "in 5 minutes"), ("xx", 300, "in 5 minutes"),
    ("xx", 3600, "in 1 hour"), ("la", -3600, "1 hour ago"),
    ("xh", 3600, "in 1 hour"), ("C", 3600, "in 1 hour"), ("日本", 3600, "in 1 hour"),
    ("en-GB", 3600, "in 1 hour"),
  ])
  func aDistanceIsInWholeUnits(_ language: String, _ seconds: Double, _ text: String) {
    #expect(RelativeTime(now: Self.now, language: language).distance(to: Self.now + seconds) == text)
  }

  /// CLDR's chart "Duration", the short forms.
  @Test(arguments: [
    ("en", -5.0, "0:00"), ("en", 0, "0:00"), ("en", 0.2, "0:01"), ("en", 42, "0:42"), ("en", 60, "1:00"),
    ("en", 60.5, "2 min"), ("en", 61, "2 min"), ("en", 3600, "1 hr"), ("en", 3601, "1 hr, 1 min"),
    ("en", 86_400, "1 day"), ("en", 86_401, "1 day, 1 hr"), ("en", 400_000, "4 days, 16 hr"),
    ("de", 7500, "2 Std., 5 Min."), ("ja", 7500, "2時間 5分"),
  ])
  func theTimeThatIsLeftIsRoundedUp(_ language: String, _ seconds: Double, _ text: String) {
    #expect(RelativeTime(now: Self.now, language: language).remaining(until: Self.now + seconds) == text)
  }

  /// Between now and the instant that is named, each text stays, and at the instant it is another one.
  @Test(arguments: [
    90_000.0, 86_401, 86_400, 5000, 3601, 3600, 300, 299.5, 61, 60.4, 60, 42, 1, 0.5, 0, -1, -300, -3599,
  ])
  func theNextChangeIsFound(_ seconds: Double) throws {
    for isCountdown in [true, false] {
      var view = NotificationView()
      var run = ViewElement.TextRun("")
      run.relativeTime = Self.now + seconds
      try view.append(isCountdown ? .countdown(.init(end: Self.now + seconds)) : .text([run], .body))
      var presentation = NotificationPresentation()
      presentation.extended = .init(plugin: "p", sizeRatio: 1, hidesDefaultContent: false, view: view)
      func text(_ date: Double) -> ViewElement? {
        presentation.resolved(at: date, language: "en").extended?.view.elements.first
      }
      guard let next = presentation.nextChange(after: Self.now) else {
        #expect(isCountdown && seconds <= 0)
        continue
      }
      #expect(next > Self.now)
      #expect(text(next - 1.5) == text(Self.now) || next - 1.5 < Self.now)
      #expect(text(next + 0.01) != text(Self.now))
    }
  }

  /// A view that is as large as it may be shows its times all the same.
  @Test func aTextMayBecomeLongerThanAPluginMayGive() throws {
    var view = NotificationView()
    for _ in 0..<16 { try view.append(.text([.init(String(repeating: "x", count: 4096))], .body)) }
    var run = ViewElement.TextRun("")
    run.relativeTime = 60
    try view.append(.text([run], .body))
    var presentation = NotificationPresentation()
    presentation.extended = .init(plugin: "p", sizeRatio: 1, hidesDefaultContent: false, view: view)
    guard case .text(let runs, _, _)? = presentation.resolved(at: 0, language: "en").view.elements.last else {
      Issue.record("no text")
      return
    }
    #expect(runs.first?.text == "in 1 minute")
  }

  @Test func whatHasNoTimesStaysAsItIs() throws {
    var view = NotificationView()
    try view.append(.text([.init("x")], .body))
    var presentation = NotificationPresentation()
    presentation.extended = .init(plugin: "p", sizeRatio: 1, hidesDefaultContent: false, view: view)
    #expect(presentation.resolved(at: 5, language: "de") == presentation)
    #expect(presentation.nextChange(after: 5) == nil)
  }
}
