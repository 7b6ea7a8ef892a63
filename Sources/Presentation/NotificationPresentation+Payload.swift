import LosslessJSON
import NotificationModel

/// The operator's settings for how notifications are shown.
package struct PresentationRules: Sendable, Equatable {
  /// The app's name in the header; empty takes it from the topic.
  package var appName = ""
  /// A picture's path, or the name of an icon in the desktop's theme.
  package var appIcon = ""
  package var categories: [NotificationCategory] = []
  /// The folders in which attachments may be.
  package var attachmentFolders: [String] = []
  /// A command of the shell that asks for text where a desktop has no field for it; empty for none.
  package var replyCommand = ""
  /// The folders in which sounds are looked for.
  package var soundFolders: [String] = []

  package init() {}

  /// Returns the category of an identifier, compared byte for byte.
  package func category(_ identifier: String) -> NotificationCategory? {
    categories.first { $0.identifier.utf8.elementsEqual(identifier.utf8) }
  }
}

/// Finds texts by their keys, in the languages of the person who reads them.
package protocol TextFinder {
  /// Returns the text; nil where no catalog has the key.
  func text(_ key: String, arguments: [String], languages: [String]) -> String?
}

extension NotificationPresentation {
  /// Makes what is to be shown of a notification, without a content extension's part.
  ///
  /// - Parameters:
  ///   - notification: a payload or an envelope, as JSON.
  ///   - attachments: what service extensions attached: a JSON array.
  ///   - languages: what is preferred to the languages of the envelope; empty takes those.
  /// - Returns: nil where the JSON is no notification.
  package init?(
    _ notification: [UInt8], attachments: String = "[]", languages: [String] = [], rules: PresentationRules,
    texts: some TextFinder
  ) {
    var document = JSONDocument(depthLimit: 512, duplicateKeys: .keepLast)
    guard notification.withUnsafeBytes({ (try? document.parse($0)) != nil }),
      let line = try? NotificationLine(document)
    else { return nil }
    let languages = languages.isEmpty ? Self.languages(line, document) : languages
    let localize = { (text: LocalizableText) -> String in
      text.isKey ? texts.text(text.text, arguments: [], languages: languages) ?? text.text : text.text
    }
    identifier = line.identifier(document) ?? ""
    header = SafeText.line(rules.appName, limit: 128)
    if header.isEmpty {
      header = SafeText.line(line.headerText("apns-topic", document) ?? "Notification", limit: 128)
    }
    appName = header
    readAlert(line, document, languages, texts)
    if let aps = line.aps(document) { readAPS(aps, document) }
    let category = rules.category(categoryIdentifier)
    options = category?.options ?? []
    actions = (category?.actions ?? []).map { $0.resolved(localize).harmless }
    placeholder = category?.hiddenPreviewsBodyPlaceholder.map { SafeText.line(localize($0)) } ?? ""
    if placeholder.isEmpty {
      placeholder = texts.text("HIDDEN_PREVIEW", arguments: [], languages: languages) ?? "Notification"
    }
    desktopCategory = category?.desktopCategory ?? ""
    readAttachments(attachments, rules)
  }

  /// Returns the languages that an envelope names, with the best first.
  package static func languages(_ line: NotificationLine, _ document: borrowing JSONDocument) -> [String] {
    guard let locale = line.field("locale", document) else { return [] }
    if document.kind(of: locale) == .string { return [document.swiftString(of: locale)] }
    return document.elements(of: locale).prefix(32).map { document.swiftString(of: $0) }
  }

  private mutating func readAlert(
    _ line: NotificationLine, _ document: borrowing JSONDocument, _ languages: [String],
    _ texts: some TextFinder
  ) {
    guard let alert = line.alert(document) else { return }
    if document.kind(of: alert) == .string {
      body = SafeText.paragraphs(document.swiftString(of: alert))
      return
    }
    guard document.kind(of: alert) == .object else { return }
    func text(_ name: String, _ key: String, _ arguments: String) -> String {
      let literal = document.member(alert, named: name)
      var keyNode = document.member(alert, named: key)
      var listNode = document.member(alert, named: arguments)
      // A Live Activity has the key inside.
      if keyNode == nil, let literal, document.kind(of: literal) == .object {
        keyNode = document.member(literal, named: "loc-key")
        listNode = document.member(literal, named: "loc-args")
      }
      let literalText = literal.flatMap {
        document.kind(of: $0) == .string ? document.swiftString(of: $0) : nil
      }
      guard let keyNode, document.kind(of: keyNode) == .string else { return literalText ?? "" }
      let word = document.swiftString(of: keyNode)
      var list: [String] = []
      if let listNode, document.kind(of: listNode) == .array {
        for element in document.elements(of: listNode) {
          list.append(
            document.kind(of: element) == .string
              ? document.swiftString(of: element)
              : String(decoding: document.rawText(of: element), as: UTF8.self))
        }
      }
      return texts.text(word, arguments: list, languages: languages) ?? literalText ?? word
    }
    title = SafeText.line(text("title", "title-loc-key", "title-loc-args"))
    subtitle = SafeText.line(text("subtitle", "subtitle-loc-key", "subtitle-loc-args"))
    body = SafeText.paragraphs(text("body", "loc-key", "loc-args"))
  }

  private mutating func readAPS(_ aps: NodeID, _ document: borrowing JSONDocument) {
    threadIdentifier = document.stringMember(aps, "thread-id") ?? ""
    categoryIdentifier = document.stringMember(aps, "category") ?? ""
    targetContentIdentifier = document.stringMember(aps, "target-content-id") ?? ""
    level = InterruptionLevel(rawValue: document.stringMember(aps, "interruption-level") ?? "") ?? .active
    badge = document.member(aps, "badge").flatMap { document.integer(of: $0) }.map { Int(clamping: $0) }
    guard let sound = document.member(aps, "sound") else { return }
    var name = document.stringMember(aps, "sound") ?? ""
    if document.kind(of: sound) == .object {
      name = document.stringMember(sound, "name") ?? "default"
      if let critical = document.member(sound, "critical"), document.integer(of: critical) == 1 {
        level = .critical
      }
    }
    self.sound = name.isEmpty ? .none : name == "default" ? .usual : .named(name)
  }

  private mutating func readAttachments(_ json: String, _ rules: PresentationRules) {
    var document = JSONDocument(depthLimit: 16, duplicateKeys: .keepLast)
    guard (try? document.parse(json)) != nil, document.kind(of: document.root) == .array else { return }
    for node in document.elements(of: document.root).prefix(Attachment.limit) {
      guard document.kind(of: node) == .object else { continue }
      do throws(AttachmentFile.Refusal) {
        attachments.append(
          try AttachmentFile(
            identifier: document.stringMember(node, "identifier") ?? "",
            url: document.stringMember(node, "url") ?? "",
            options: document.member(node, "options").map {
              String(decoding: document.rawText(of: $0), as: UTF8.self)
            } ?? "{}", folders: rules.attachmentFolders))
      } catch {
        warnings.append(error.message)
      }
    }
  }

  /// Puts in what a content extension made.
  package mutating func extend(_ content: ExtendedContent, overridesTitle: Bool) {
    var content = content
    content.view = content.view.harmless
    if overridesTitle, !content.view.title.isEmpty { header = content.view.title }
    if let actions = content.view.actions { self.actions = actions }
    for element in content.view.elements {
      let identifier: String
      let isPicture: Bool
      switch element {
      case .image(let attachment, _): (identifier, isPicture) = (attachment, true)
      case .media(let attachment, _, _): (identifier, isPicture) = (attachment, false)
      default: continue
      }
      let name =
        "\(content.plugin): the view shows the attachment '\(SafeText.line(identifier, limit: 64))', which is"
      guard let file = attachment(identifier) else {
        warnings.append("\(name) not there")
        continue
      }
      if isPicture != (file.kind == .image) { warnings.append("\(name) of the kind \(file.kind.rawValue)") }
    }
    extended = content
  }
}

extension NotificationAction {
  /// The same with texts that harm nobody.
  package var harmless: NotificationAction {
    NotificationAction(
      identifier: identifier, title: SafeText.line(title, limit: 128), options: options,
      textInput: textInput.map {
        .init(
          placeholder: SafeText.line($0.placeholder, limit: 128),
          buttonTitle: SafeText.line($0.buttonTitle, limit: 64))
      })
  }
}

extension NotificationView {
  /// The same with texts that harm nobody.
  package var harmless: NotificationView {
    var view = NotificationView()
    view.title = SafeText.line(title, limit: 128)
    view.actions = actions?.map(\.harmless)
    // There are no more than there were.
    for element in elements { try? view.append(element.harmless) }
    return view
  }
}

extension ViewElement {
  fileprivate var harmless: ViewElement {
    switch self {
    case .text(let runs, let style):
      .text(
        runs.map {
          var run = $0
          run.text = SafeText.run($0.text)
          return run
        }, style)
    case .image(let attachment, let caption):
      .image(attachment: attachment, caption: SafeText.line(caption))
    case .fields(let fields):
      .fields(fields.map { .init(label: SafeText.line($0.label), value: SafeText.line($0.value)) })
    case .progress(let value, let label): .progress(value: value, label: SafeText.line(label))
    case .timeline(let steps):
      .timeline(
        steps.map {
          .init(
            title: SafeText.line($0.title), detail: SafeText.line($0.detail), time: SafeText.line($0.time),
            state: $0.state)
        })
    case .places(let places):
      .places(
        places.map {
          .init(
            name: SafeText.line($0.name), detail: SafeText.line($0.detail), latitude: $0.latitude,
            longitude: $0.longitude)
        })
    case .conversation(let messages):
      .conversation(
        messages.map {
          .init(
            sender: SafeText.line($0.sender), text: SafeText.paragraphs($0.text),
            time: SafeText.line($0.time),
            isOwn: $0.isOwn)
        })
    case .buttons(let actions): .buttons(actions.map(\.harmless))
    case .textInput(let identifier, let input):
      .textInput(
        identifier: identifier,
        .init(
          placeholder: SafeText.line(input.placeholder, limit: 128),
          buttonTitle: SafeText.line(input.buttonTitle, limit: 64)))
    case .media(let attachment, let title, let isPlaying):
      .media(attachment: attachment, title: SafeText.line(title), isPlaying: isPlaying)
    }
  }
}
