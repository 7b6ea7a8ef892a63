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
    let html = NotificationPage.html([("<caption>", shown)], PictureOptions()) { _ in nil }
    for hostile in ["<script", "<img", "<a ", "<l>", "<v>", "<caption>", "\" onfocus"] {
      #expect(!html.contains(hostile), "\(hostile)")
    }
    #expect(html.contains("default-src 'none'"))
  }
}
