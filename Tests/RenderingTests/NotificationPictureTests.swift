import DeliveryTesting
import Foundation
import NotificationModel
import NotificationViews
import Presentation
import Rendering
import Testing

/// Rendering are the same wherever they are made, and nothing in them is missing or cut.
struct NotificationPictureTests {
  private struct NoTexts: TextFinder {
    func text(_ key: String, arguments: [String], languages: [String]) -> String? { nil }
  }

  private func present(_ json: String) throws -> NotificationPresentation {
    NotificationPresentation(try #require(NotificationSample.read(json)), rules: .init(), texts: NoTexts())
  }

  private func picture(
    _ presentation: NotificationPresentation, _ form: PictureOptions.Form = .expanded, language: String = ""
  ) -> NotificationPicture {
    var options = PictureOptions()
    options.form = form
    options.language = language
    return NotificationPicture(presentation, options) { _, _ in nil }
  }

  @Test(arguments: [
    ("en", "The train is late. Shall we meet at 14:30?"),
    ("de", "Der Zug verspätet sich – größer, süßer, ẞ."),
    ("fr", "Où êtes-vous ? Ça coûte 5 €, œuvre « complète »."), ("ru", "Поезд опаздывает на двадцать минут."),
    ("el", "Το τρένο έχει καθυστέρηση είκοσι λεπτών."),
    ("ar", "القطار متأخر عشرين دقيقة، هل نلتقي في المقهى؟"),
    ("he", "הרכבת מאחרת בעשרים דקות, ניפגש בבית הקפה?"), ("hi", "ट्रेन बीस मिनट देरी से है। क्या हम मिलें?"),
    ("th", "รถไฟช้ายี่สิบนาที เจอกันที่ร้านกาแฟไหม"), ("zh-Hans", "火车晚点二十分钟，我们在咖啡馆见面好吗？"),
    ("zh-Hant", "火車誤點二十分鐘，我們在咖啡館見面好嗎？"), ("ja", "電車が二十分遅れています。カフェで会いませんか？"),
    ("ko", "기차가 20분 늦어요. 카페에서 만날까요?"), ("ta", "ரயில் இருபது நிமிடங்கள் தாமதம்."),
    ("ka", "მატარებელი ოცი წუთით აგვიანებს."), ("am", "ባቡሩ ሃያ ደቂቃ ዘግይቷል።"),
    ("vi", "Tàu trễ hai mươi phút, gặp nhau ở quán nhé?"),
    ("emoji", "🚆 👩‍👩‍👧‍👦 🇩🇪 ✈️ 👍🏽 ❤️"),
  ])
  func everyScriptHasItsLetters(_ language: String, _ text: String) throws {
    let shown = try present(#"{"aps":{"alert":{"title":"\#(text)","body":"\#(text)"}}}"#)
    for form in PictureOptions.Form.allCases {
      let picture = picture(shown, form, language: language)
      #expect(picture.missingGlyphs == 0, "\(form)")
      if form == .expanded { #expect(picture.cutTexts == 0) }
    }
  }

  @Test func textMakesRoomForItself() throws {
    let short = picture(try present(#"{"aps":{"alert":"word"}}"#)).height
    let long = picture(try present("{\"aps\":{\"alert\":\"\(String(repeating: "word ", count: 100))\"}}"))
      .height
    #expect(long > short + 100)
    // A banner has four lines, however long the text is.
    let banner = picture(
      try present("{\"aps\":{\"alert\":\"\(String(repeating: "word ", count: 100))\"}}"), .banner
    ).height
    #expect(banner < short + 80)
  }

  @Test func hostileTextIsAPictureLikeAnyOther() throws {
    let titles = [
      String(repeating: "x", count: 1 << 20), String(repeating: "\u{202E}a", count: 1000),
      "Z" + String(repeating: "\u{0351}", count: 5000), "<b>&amp;\\u0000\\u001b[2J",
      String(repeating: "\\n", count: 5000),
      String(repeating: "\u{2067}", count: 1000),
    ]
    for title in titles {
      let shown = try present(#"{"aps":{"alert":{"title":"\#(title)","body":"\#(title)"}}}"#)
      let picture = picture(shown)
      #expect(picture.height < 1200)
      #expect(!PictureFile.bytes([picture], .png).isEmpty)
    }
  }

  @Test func everyElementIsDrawn() throws {
    var shown = try present(#"{"aps":{"alert":"B"}}"#)
    var view = NotificationView()
    let elements: [ViewElement] = [
      .text([.init("a"), .init("b", isBold: true, isItalic: true, isMonospaced: true)], .title, .start),
      .fields([.init(label: "l", value: "v")]),
      .progress(value: 0, label: ""), .progress(value: 1, label: "l"),
      .timeline([
        .init(title: "t", detail: "d", time: "1", state: .done),
        .init(title: "t", detail: "", time: "", state: .failed),
        .init(title: "t", detail: "", time: "", state: .upcoming),
      ]),
      .text([.init("a")], .body, .center), .text([.init("a")], .caption, .end),
      .columns([
        .init([.text([.init("2")], .title), .text([.init("a")], .caption)], alignment: .center, width: 2),
        .init([.text([.init("1")], .title)], alignment: .end),
      ]),
      .countdown(.init(end: 0, label: "l")),
      .map(
        .init(
          places: [.init(name: "n", detail: "d", latitude: 1, longitude: 2)],
          route: [.init(latitude: 1, longitude: 2), .init(latitude: 2, longitude: 2)],
          circle: .init(center: .init(latitude: 1, longitude: 2), radius: 1000))),
      .places([.init(name: "n", detail: "d", latitude: -1.5, longitude: 179)]),
      .conversation([
        .init(sender: "s", text: "t", time: "1", isOwn: false),
        .init(sender: "", text: "t", time: "", isOwn: true),
      ]),
      .buttons([.init(identifier: "b", title: "B")]),
      .textInput(identifier: "x", .init(placeholder: "p", buttonTitle: "b")),
    ]
    var height = picture(shown).height
    for element in elements {
      try view.append(element)
      shown.extend(
        .init(plugin: "p", sizeRatio: 1, hidesDefaultContent: false, view: view), overridesTitle: false)
      for language in ["", "ar"] {
        let now = picture(shown, language: language)
        #expect(now.missingGlyphs == 0)
        if language.isEmpty {
          #expect(now.height > height, "\(element)")
          height = now.height
        }
      }
    }
  }

  /// An attachment that is not there, or that cannot be decoded, takes no room; its warning says so.
  @Test(arguments: [
    ViewElement.image(.init(attachment: "none", caption: "caption")),
    .media(attachment: "none", title: "t", isPlaying: false),
  ])
  func whatIsNotThereIsNotDrawn(_ element: ViewElement) throws {
    var shown = try present(#"{"aps":{"alert":"B"}}"#)
    let height = picture(shown).height
    var view = NotificationView()
    try view.append(element)
    shown.extend(
      .init(plugin: "p", sizeRatio: 1, hidesDefaultContent: false, view: view), overridesTitle: false)
    #expect(picture(shown).height == height)
  }

  /// Below the last element there is as much room as at the sides.
  @Test func theLastElementStandsOnThePadding() throws {
    var shown = try present(#"{"aps":{"alert":"B"}}"#)
    var view = NotificationView()
    try view.append(.progress(value: 1, label: ""))
    shown.extend(
      .init(plugin: "p", sizeRatio: 1, hidesDefaultContent: true, view: view), overridesTitle: false)
    // Margin, padding, the header's icon, the space above an element, the bar, padding, margin.
    #expect(picture(shown).height == 20 + 14 + 22 + 14 + 8 + 14 + 20)
  }

  @Test func aCaptionStandsAboveTheCard() throws {
    let shown = try present(#"{"aps":{"alert":"B"}}"#)
    for form in PictureOptions.Form.allCases {
      var options = PictureOptions()
      options.form = form
      let plain = NotificationPicture(shown, options) { _, _ in nil }
      let named = NotificationPicture(shown, options, caption: "new.yaml") { _, _ in nil }
      // A lock screen has room for it above the clock.
      let isCard = form == .banner || form == .expanded
      #expect(isCard ? named.height > plain.height + 10 : named.height == plain.height)
      #expect(PictureFile.bytes([plain], .png) != PictureFile.bytes([named], .png))
    }
  }

  /// A banner has four lines of body at most, however many paragraphs it has.
  @Test(arguments: ["a\\nb\\nc\\nd\\ne\\nf", "a\\n\\nb\\n\\nc\\n\\nd", "a a a\\nb\\nc\\nd e\\n"])
  func linesAreCountedOverAllParagraphs(_ body: String) throws {
    let four = picture(try present(#"{"aps":{"alert":{"title":"t","body":"a\nb\nc\nd"}}}"#), .banner)
    let many = picture(try present(#"{"aps":{"alert":{"title":"t","body":"\#(body)"}}}"#), .banner)
    #expect(many.height == four.height)
    #expect(four.cutTexts == 0 && many.cutTexts == (body.hasSuffix("e\\n") ? 0 : 1))
  }

  // MARK: The shipped plugins

  /// Each plugin's picture, which its README shows, and the line of the example that it is of.
  @Test(arguments: [("message", 1), ("delivery", 2), ("event", 3), ("build", 4)])
  func pluginsLookAsTheirPicturesSay(_ plugin: String, _ line: Int) throws {
    try BuiltProgram.withFolder { folder in
      var files: [URL] = []
      for name in ["a.png", "b.png"] {
        let file = folder.appending(path: name)
        let ended = try BuiltProgram.preview([
          "--config", "examples/4-content-extension/notilua.yaml", "--line", String(line), "--form", "banner",
          "--form",
          "expanded", "--output", file.path, "examples/4-content-extension/payloads.ndjson",
        ])
        #expect(ended.status == 0 && ended.errors == "")
        files.append(file)
      }
      // The same bytes on every run.
      let made = try Data(contentsOf: files[0])
      #expect(try Data(contentsOf: files[1]) == made)
      let golden = BuiltProgram.root.appending(path: "plugins/\(plugin)/picture.png")
      let thumbnailer = Thumbnailer(
        executable: BuiltProgram.folder.appending(path: "notilua-thumbnailer").path)
      let new = try #require(thumbnailer.thumbnail(of: try attachment(files[0]), side: 4000))
      let old = try #require(thumbnailer.thumbnail(of: try attachment(golden), side: 4000))
      #expect(new.width == old.width && abs(new.height - old.height) <= 4)
      // Another version of a font may move an edge; nothing may look otherwise.
      let rows = min(new.height, old.height)
      var different = 0
      for at in stride(from: 0, to: rows * new.width * 4, by: 4) {
        let distance = (0..<3).map { abs(Int(new.pixels[at + $0]) - Int(old.pixels[at + $0])) }.max() ?? 0
        if distance > 48 { different += 1 }
      }
      #expect(
        different * 200 < rows * new.width, "\(different) pixels of \(plugin) are others; look at the picture"
      )
    }
  }

  private func attachment(_ file: URL) throws -> AttachmentFile {
    try AttachmentFile(
      NotificationModel.Attachment(identifier: "f", url: "file://" + file.path),
      folders: [file.deletingLastPathComponent().path])
  }
}
