import ConfigurationFiles
import NotificationModel
import NotificationViews
import Notilua
import Presentation
import Testing

/// The section `presentation` of `notilua.yaml`.
struct PresentationConfigurationTests {
  private func read(_ yaml: String) throws(HostError) -> PresentationRules {
    try Configuration(yaml: "presentation: \(yaml)", name: "notilua.yaml").presentation
  }

  @Test func categoriesAreRead() throws {
    let rules = try read(
      """
      {
        app: { name: Chat, icon: chat },
        categories: [{
          identifier: M, desktop_category: im.received, options: [custom_dismiss_action],
          hidden_previews_body_placeholder_loc_key: HIDDEN,
          actions: [
            { identifier: reply, title_loc_key: REPLY, text_input: { placeholder: p, button_title_loc_key: SEND } },
            { identifier: stop, title: Stop, options: [destructive, foreground] },
          ],
        }],
      }
      """)
    let category = try #require(rules.category("M"))
    #expect(rules.appName == "Chat" && rules.appIcon == "chat")
    #expect(category.actions.map(\.identifier) == ["reply", "stop"])
    #expect(category.actions[0].title == LocalizableText("REPLY", isKey: true))
    #expect(category.actions[0].textInput?.buttonTitle == LocalizableText("SEND", isKey: true))
    #expect(category.actions[1].options == [.destructive, .foreground])
    #expect(category.options == [.customDismissAction])
    #expect(category.hiddenPreviewsBodyPlaceholder == LocalizableText("HIDDEN", isKey: true))
  }

  @Test(arguments: [
    ("{ apps: {} }", "did you mean 'app'?"), ("{ categories: [{ actions: [] }] }", "has no identifier"),
    ("{ categories: [{ identifier: '' }] }", "is empty"),
    ("{ categories: [{ identifier: A }, { identifier: A }] }", "stands twice"),
    ("{ categories: [{ identifier: A, actions: [{ identifier: default, title: x }] }] }", "the system's own"),
    ("{ categories: [{ identifier: A, actions: [{ identifier: a }] }] }", "needs an identifier and a title"),
    ("{ categories: [{ identifier: A, options: [hidden] }] }", "there is no option 'hidden'"),
    (
      "{ categories: [{ identifier: A, actions: [{ identifier: a, title: x, options: [destructiv] }] }] }",
      "did you mean 'destructive'?"
    ),
    ("{ attachments: [/nowhere/at/all] }", "is no folder"),
  ])
  func mistakesNameTheirPlace(_ yaml: String, _ message: String) {
    do throws(HostError) {
      _ = try read(yaml)
      Issue.record("no error")
    } catch {
      #expect(
        error.message.contains(message) && error.message.hasPrefix("notilua.yaml:1:"), "\(error.message)")
    }
  }
}
