import NotificationViews

/// A category of notifications, with their actions and placeholder: `UNNotificationCategory`.
package struct NotificationCategory: Sendable, Equatable {
  /// `UNNotificationCategoryOptions`, by its names in snake_case.
  package enum Option: String, CaseIterable, Sendable {
    /// Putting the notification away is told as a response of its own.
    case customDismissAction = "custom_dismiss_action"
    case hiddenPreviewsShowTitle = "hidden_previews_show_title"
    case hiddenPreviewsShowSubtitle = "hidden_previews_show_subtitle"
    case allowInCarPlay = "allow_in_car_play"
    case allowAnnouncement = "allow_announcement"
  }

  /// The value of `aps.category`.
  package var identifier: String
  /// The buttons, in the order in which they are shown.
  package var actions: [CategoryAction] = []
  package var options: Set<Option> = []
  /// The text in place of the body where previews are hidden.
  package var hiddenPreviewsBodyPlaceholder: LocalizableText?
  /// The class of event, as desktops know it: the hint `category` of `org.freedesktop.Notifications`.
  package var desktopCategory = ""
  /// A Boolean value that indicates whether notifications stay out of a desktop's history: the hint `transient`.
  package var isTransient = false
  /// The seconds after which a desktop takes a notification away; nil leaves it to the desktop.
  package var expiresAfter: Double?
  /// The tag by which a later notification takes the place of an earlier one; empty for none.
  package var desktopTag = ""

  package init(identifier: String) { self.identifier = identifier }

  /// One action as the configuration has it.
  package struct CategoryAction: Sendable, Equatable {
    package var identifier: String
    package var title: LocalizableText
    package var options: Set<NotificationAction.Option> = []
    package var textInput: TextInput?

    /// The field for a person's words.
    package struct TextInput: Sendable, Equatable {
      package var placeholder = LocalizableText("")
      package var buttonTitle = LocalizableText("")

      package init() {}
    }

    package init(identifier: String, title: LocalizableText) {
      self.identifier = identifier
      self.title = title
    }

    /// Returns the action with its texts in the person's language.
    package func resolved(_ localize: (LocalizableText) -> String) -> NotificationAction {
      NotificationAction(
        identifier: identifier, title: localize(title), options: options,
        textInput: textInput.map {
          .init(placeholder: localize($0.placeholder), buttonTitle: localize($0.buttonTitle))
        })
    }
  }
}

/// A text, or the key of one in the catalogs: what `localizedUserNotificationString(forKey:arguments:)` makes.
package struct LocalizableText: Sendable, Equatable {
  package var text: String
  /// True when `text` is a key, which stands for itself where no catalog has it.
  package var isKey: Bool

  package init(_ text: String, isKey: Bool = false) {
    self.text = text
    self.isKey = isKey
  }
}
