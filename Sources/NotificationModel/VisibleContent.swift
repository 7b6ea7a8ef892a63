import LosslessJSON

/// The part of a payload that people see or hear, and what it is grouped by, as the sender wrote it.
package struct VisibleContent: Sendable, Equatable {
  /// A text of the alert, which may be a key in the app's catalogs.
  package struct Text: Sendable, Equatable {
    /// The text that the sender wrote.
    package var literal: String?
    /// The key in the app's catalogs.
    package var key: String?
    /// The arguments of the key's text.
    package var arguments: [String] = []

    /// Makes a text without a key.
    package init(literal: String? = nil) { self.literal = literal }
  }

  /// The sound by its name; the name is `default` for the usual one.
  package struct Sound: Sendable, Equatable {
    /// The name of the file; empty where a critical alert names none.
    package var name: String
    /// A Boolean value that indicates whether it is heard where the device is mute.
    package var isCritical = false
  }

  /// `alert.title`.
  package var title = Text()
  /// `alert.subtitle`.
  package var subtitle = Text()
  /// `alert.body`, or the alert that is a text.
  package var body = Text()
  /// `thread-id`; empty for none.
  package var threadIdentifier = ""
  /// `category`; empty for none.
  package var categoryIdentifier = ""
  /// `target-content-id`; empty for none.
  package var targetContentIdentifier = ""
  /// `interruption-level`, whatever it says.
  package var interruptionLevel = ""
  /// The number on the app's icon; nil leaves it as it is.
  package var badge: Int?
  /// Nil where nothing is heard.
  package var sound: Sound?

  /// Makes the content of a payload that shows nothing.
  package init() {}

  /// Reads a payload; of a text that is none, nothing is seen.
  package init(payload: [UInt8]) {
    self.init()
    var document = JSONDocument(depthLimit: 1000, duplicateKeys: .keepLast)
    guard payload.withUnsafeBytes({ (try? document.parse($0)) != nil }),
      let line = try? NotificationLine(payload: document)
    else { return }
    self = VisibleContent(line, document)
  }

  /// Reads the payload of a line.
  package init(_ line: NotificationLine, _ document: borrowing JSONDocument) {
    if let alert = line.alert(document) { readAlert(alert, document) }
    if let aps = line.aps(document) { readAPS(aps, document) }
  }

  private mutating func readAlert(_ alert: NodeID, _ document: borrowing JSONDocument) {
    switch document.kind(of: alert) {
    case .string: body = Text(literal: document.swiftString(of: alert))
    case .object:
      title = Text(document, alert, "title", "title-loc-key", "title-loc-args")
      subtitle = Text(document, alert, "subtitle", "subtitle-loc-key", "subtitle-loc-args")
      body = Text(document, alert, "body", "loc-key", "loc-args")
    default: break
    }
  }

  private mutating func readAPS(_ aps: NodeID, _ document: borrowing JSONDocument) {
    threadIdentifier = document.stringMember(aps, "thread-id") ?? ""
    categoryIdentifier = document.stringMember(aps, "category") ?? ""
    targetContentIdentifier = document.stringMember(aps, "target-content-id") ?? ""
    interruptionLevel = document.stringMember(aps, "interruption-level") ?? ""
    badge = document.member(aps, "badge").flatMap { document.integer(of: $0) }.map { Int(clamping: $0) }
    sound = document.member(aps, "sound").flatMap { Sound(document, $0) }
  }
}

extension VisibleContent.Text {
  fileprivate init(
    _ document: borrowing JSONDocument, _ alert: NodeID, _ name: StaticString, _ keyName: StaticString,
    _ argumentsName: StaticString
  ) {
    let value = document.member(alert, name)
    literal = document.stringMember(alert, name)
    var holder = (node: alert, key: keyName, arguments: argumentsName)
    // A Live Activity has the key inside.
    if document.member(alert, keyName) == nil, let value, document.kind(of: value) == .object {
      holder = (value, "loc-key", "loc-args")
    }
    key = document.stringMember(holder.node, holder.key)
    guard key != nil, let list = document.member(holder.node, holder.arguments),
      document.kind(of: list) == .array
    else { return }
    arguments = document.elements(of: list).map {
      document.kind(of: $0) == .string
        ? document.swiftString(of: $0) : String(decoding: document.rawText(of: $0), as: UTF8.self)
    }
  }
}

extension VisibleContent.Sound {
  fileprivate init?(_ document: borrowing JSONDocument, _ node: NodeID) {
    switch document.kind(of: node) {
    case .string: name = document.swiftString(of: node)
    case .object:
      name = document.stringMember(node, "name") ?? "default"
      isCritical = document.member(node, "critical").map { document.integer(of: $0) == 1 } ?? false
    default: name = ""
    }
    if name.isEmpty, !isCritical { return nil }
  }
}
