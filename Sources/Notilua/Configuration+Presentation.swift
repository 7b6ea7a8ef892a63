import ConfigurationFiles
import NotificationModel
import NotificationViews
import Presentation
import Yams

extension YAMLReader {
  /// Reads the section `presentation`.
  func presentation(_ node: Node) throws(HostError) -> PresentationRules {
    var rules = PresentationRules()
    rules.textKeys = textKeys(node)
    for (key, value) in try members(
      node, "presentation", ["app", "categories", "attachments", "sounds", "reply"])
    {
      switch key {
      case "app":
        for (key, value) in try members(
          value, "presentation.app", ["name", "icon", "color", "desktop_entry"])
        {
          let word = try text(value, "presentation.app.\(key)")
          switch key {
          case "name": rules.appName = word
          case "icon":
            rules.appIcon = icon(word)
            rules.appIconPlace = place(value)
          case "color": rules.appColor = try color(word, value)
          default: rules.desktopEntry = try desktopEntry(word, value)
          }
        }
      case "categories":
        for entry in try list(value, "presentation.categories") {
          let category = try self.category(entry)
          if rules.category(category.identifier) != nil {
            throw error(entry, "the category '\(category.identifier)' stands twice; remove one")
          }
          rules.categories.append(category)
        }
      case "reply": rules.replyCommand = try text(value, "presentation.reply")
      case "attachments": rules.attachmentFolders = try folders(value, "presentation.attachments")
      default: rules.soundFolders = try folders(value, "presentation.sounds")
      }
    }
    return rules
  }

  /// Returns the keys of texts below a node, in the order of the file.
  private func textKeys(_ node: Node) -> [PresentationRules.TextKey] {
    if let list = node.sequence { return list.flatMap { textKeys($0) } }
    guard let mapping = node.mapping else { return [] }
    return mapping.flatMap { name, value in
      guard let name = name.string, name.hasSuffix("_loc_key"), let key = value.string else {
        return textKeys(value)
      }
      return [.init(key: key, name: name, place: place(value))]
    }
  }

  /// Returns an icon's path, which has a slash, or its name in the desktop's theme, which has none.
  private func icon(_ word: String) -> String {
    let isFile =
      word.contains("/") || [".png", ".jpg", ".jpeg", ".gif"].contains { word.lowercased().hasSuffix($0) }
    guard isFile else { return word }
    let path = path(word)
    return path.contains("/") ? path : "./" + path
  }

  /// Returns a colour as it is written in CSS, such as #0A66D8.
  private func color(_ word: String, _ node: Node) throws(HostError) -> UInt32 {
    guard word.utf8.count == 7, word.hasPrefix("#"), word.dropFirst().allSatisfy(\.isHexDigit),
      let number = UInt32(word.dropFirst(), radix: 16)
    else {
      throw error(
        node,
        "presentation.app.color is '\(word.prefix(100))'; write six hexadecimal digits, such as \"#0A66D8\"")
    }
    return number
  }

  /// Returns the name of a desktop entry, which may stand with its suffix.
  private func desktopEntry(_ word: String, _ node: Node) throws(HostError) -> String {
    let name = word.hasSuffix(".desktop") ? String(word.dropLast(8)) : word
    guard !name.isEmpty, name.utf8.count <= 255,
      name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") })
    else {
      throw error(
        node,
        "presentation.app.desktop_entry is '\(word.prefix(100))'; give the file's name without its folder, such as org.example.Chat"
      )
    }
    return name
  }

  private func folders(_ node: Node, _ place: String) throws(HostError) -> [String] {
    var folders: [String] = []
    for entry in try list(node, place) {
      let folder = path(try text(entry, place))
      guard PluginFolder.isFolder(folder) else {
        throw error(entry, "\(place) has '\(folder)', which is no folder; make it or name another")
      }
      folders.append(folder)
    }
    return folders
  }

  private func category(_ node: Node) throws(HostError) -> NotificationCategory {
    var category = NotificationCategory(identifier: "")
    let place = "a category"
    let keys = [
      "identifier", "actions", "options", "hidden_previews_body_placeholder",
      "hidden_previews_body_placeholder_loc_key", "desktop_category", "transient", "expires_after",
      "desktop_tag",
    ]
    for (key, value) in try members(node, place, keys) {
      switch key {
      case "identifier":
        category.identifier = try text(value, "identifier")
        if category.identifier.isEmpty { throw error(value, "the identifier is empty; name the category") }
      case "actions":
        for entry in try list(value, "actions") {
          let action = try self.action(entry)
          if category.actions.contains(where: { $0.identifier == action.identifier }) {
            throw error(entry, "the action '\(action.identifier)' stands twice; remove one")
          }
          category.actions.append(action)
        }
        guard category.actions.count <= NotificationAction.limit else {
          throw error(value, "a category has \(NotificationAction.limit) actions at most")
        }
      case "options": category.options = try options(value, NotificationCategory.Option.self)
      case "transient": category.isTransient = try word(value, "transient", ["true", "false"]) == "true"
      case "expires_after":
        let time = try duration(
          value, "expires_after",
          .seconds(DesktopWish.expiries.lowerBound) ... .seconds(DesktopWish.expiries.upperBound))
        category.expiresAfter = time / .seconds(1)
      case "desktop_tag":
        category.desktopTag = try text(value, "desktop_tag")
        guard category.desktopTag.utf8.count <= NotificationView.identifierLimit else {
          throw error(value, "a desktop_tag has \(NotificationView.identifierLimit) bytes at most")
        }
      case "desktop_category": category.desktopCategory = try text(value, "desktop_category")
      default:
        category.hiddenPreviewsBodyPlaceholder = LocalizableText(
          try text(value, key), isKey: key.hasSuffix("_loc_key"))
      }
    }
    guard !category.identifier.isEmpty else {
      throw error(node, "\(place) has no identifier; give it the one that aps.category has")
    }
    return category
  }

  private func options<Option: RawRepresentable<String> & CaseIterable & Hashable>(
    _ node: Node, _ type: Option.Type
  ) throws(HostError) -> Set<Option> {
    var options: Set<Option> = []
    let known = Option.allCases.map(\.rawValue)
    for entry in try list(node, "options") {
      let word = try text(entry, "options")
      guard let option = Option(rawValue: word) else {
        let hint = Suggestion.nearest(to: word, among: known).map { "did you mean '\($0)'?" }
        throw error(
          entry, "there is no option '\(word)'; \(hint ?? "there are \(known.joined(separator: ", "))")")
      }
      options.insert(option)
    }
    return options
  }

  private func action(_ node: Node) throws(HostError) -> NotificationCategory.CategoryAction {
    var action = NotificationCategory.CategoryAction(identifier: "", title: LocalizableText(""))
    for (key, value) in try members(
      node, "an action", ["identifier", "title", "title_loc_key", "options", "text_input"])
    {
      switch key {
      case "identifier":
        action.identifier = try text(value, "identifier")
        guard NotificationAction.isIdentifier(action.identifier) else {
          throw error(value, "an identifier has \(NotificationAction.identifierForm)")
        }
        if NotificationAction.reserved.contains(action.identifier) {
          throw error(value, "'\(action.identifier)' is the system's own; choose another identifier")
        }
      case "title", "title_loc_key":
        action.title = LocalizableText(try text(value, key), isKey: key == "title_loc_key")
      case "options": action.options = try options(value, NotificationAction.Option.self)
      default:
        var input = NotificationCategory.CategoryAction.TextInput()
        let keys = ["placeholder", "placeholder_loc_key", "button_title", "button_title_loc_key"]
        for (key, value) in try members(value, "text_input", keys) {
          let text = LocalizableText(try text(value, key), isKey: key.hasSuffix("_loc_key"))
          if key.hasPrefix("placeholder") { input.placeholder = text } else { input.buttonTitle = text }
        }
        action.textInput = input
      }
    }
    guard !action.identifier.isEmpty, !action.title.text.isEmpty else {
      throw error(node, "an action needs an identifier and a title")
    }
    return action
  }
}
