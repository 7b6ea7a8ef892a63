import NotificationModel
import NotificationViews
import Presentation
import Testing

/// Categories of the operator, and what they hide.
struct NotificationCategoryTests {
  @Test func theCategoryHasActionsAndHidesPreviews() throws {
    var rules = PresentationRules()
    rules.appName = "Chat"
    var category = NotificationCategory(identifier: "M")
    category.actions = [.init(identifier: "reply", title: LocalizableText("GREETING", isKey: true))]
    category.hiddenPreviewsBodyPlaceholder = LocalizableText("New message")
    category.options = [.hiddenPreviewsShowTitle]
    rules.categories = [category]
    let shown = try PresentedSample.present(
      #"{"aps":{"alert":{"title":"T","subtitle":"S","body":"B"},"category":"M"}}"#, rules)
    #expect(shown.actions.map(\.title) == ["-: hello "].map { SafeText.line($0) })
    let hidden = shown.withHiddenPreviews
    #expect(hidden.title == "T" && hidden.subtitle == "" && hidden.body == "New message")
    // Categories are told apart by their letters.
    #expect(try PresentedSample.present(#"{"aps":{"alert":"B","category":"m"}}"#, rules).actions == [])
  }
}
