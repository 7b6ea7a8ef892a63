import DeliveryTesting
import NotificationModel
import Presentation
import Testing

/// Categories of the operator, and what they hide.
struct NotificationCategoryTests {
  private struct Texts: TextFinder {
    func text(_ key: String, arguments: [String], languages: [String]) -> String? {
      key == "GREETING" ? "\(languages.first ?? "-"): hello \(arguments.joined(separator: ","))" : nil
    }
  }

  private func present(_ json: String, _ rules: PresentationRules = .init()) throws
    -> NotificationPresentation
  {
    NotificationPresentation(try #require(NotificationSample.read(json)), rules: rules, texts: Texts())
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
}
