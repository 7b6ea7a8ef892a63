import LosslessJSON

/// A file beside the payload: `UNNotificationAttachment` as data.
///
/// Source: Apple, `UNNotificationAttachment` and its options. Whether a file is there, of a known type and not too
/// large is for the sink to find out: a plugin reaches no file.
package struct Attachment: Sendable, Equatable {
  /// The name by which a view shows it; empty for none.
  package var identifier: String
  /// The URL of the file.
  package var url: String
  /// A uniform type identifier, such as `public.png`; nil where the file's bytes tell the type.
  package var typeHint: String?
  /// A Boolean value that is true where nothing of it is shown while the notification is not expanded.
  package var hidesThumbnail: Bool
  /// The part of the picture that is shown; nil for all of it.
  package var clip: Clip?
  /// The second, or the number of an animation's frame, that is shown; nil for the first.
  package var time: Double?

  /// A part of a picture, in parts of its width and height, from the upper left.
  package struct Clip: Sendable, Equatable {
    package var x: Double
    package var y: Double
    package var width: Double
    package var height: Double

    package init(x: Double, y: Double, width: Double, height: Double) {
      self.x = x
      self.y = y
      self.width = width
      self.height = height
    }
  }

  /// Makes an attachment of its parts.
  package init(
    identifier: String, url: String, typeHint: String? = nil, hidesThumbnail: Bool = false, clip: Clip? = nil,
    time: Double? = nil
  ) {
    self.identifier = identifier
    self.url = url
    self.typeHint = typeHint
    self.hidesThumbnail = hidesThumbnail
    self.clip = clip
    self.time = time
  }

  /// The most bytes of an identifier and of a type hint.
  static let textLimit = 256
  /// The most attachments of one notification.
  package static let limit = 16

  private static let keys = ["identifier", "url", "options"]
  private static let optionKeys = [
    "type_hint", "thumbnail_hidden", "thumbnail_clipping_rect", "thumbnail_time",
  ]

  /// Returns the first mistake in a list of attachments, as a clause that names the place; nil where there is
  /// none.
  package static func problem(_ document: borrowing JSONDocument, _ list: NodeID) -> String? {
    guard document.kind(of: list) == .array else {
      return "content.attachments: expected a list of attachments"
    }
    let attachments = document.elements(of: list)
    if attachments.count > limit { return "content.attachments: more than \(limit) attachments" }
    var identifiers: Set<[UInt8]> = []
    for (index, attachment) in attachments.enumerated() {
      let place = "content.attachments[\(index + 1)]"
      if let problem = problem(document, attachment, place, &identifiers) { return problem }
    }
    return nil
  }

  /// A Boolean value that indicates whether the attachment keeps the rules of `content.attachments`.
  package var isPossible: Bool {
    let sides = clip.map { [$0.x, $0.y, $0.width, $0.height] } ?? []
    return identifier.utf8.count <= Self.textLimit && (typeHint ?? "").utf8.count <= Self.textLimit
      && Self.isFileURL(url) && sides.allSatisfy((0...1).contains)
      && (time.map { $0 >= 0 && $0.isFinite } ?? true)
  }

  private static func problem(
    _ document: borrowing JSONDocument, _ attachment: NodeID, _ place: String,
    _ identifiers: inout Set<[UInt8]>
  ) -> String? {
    guard document.kind(of: attachment) == .object else {
      return "\(place): expected a table with identifier, url and options"
    }
    if let problem = unknownKey(document, attachment, place, keys) { return problem }
    if let identifier = document.member(attachment, "identifier") {
      guard document.kind(of: identifier) == .string else { return "\(place).identifier: expected a string" }
      let text = document.swiftString(of: identifier)
      if text.utf8.count > textLimit { return "\(place).identifier: more than \(textLimit) bytes" }
      if !text.isEmpty, !identifiers.insert(Array(text.utf8)).inserted {
        return "\(place).identifier: '\(text)' stands twice"
      }
    }
    guard let url = document.stringMember(attachment, "url"), isFileURL(url) else {
      return "\(place).url: expected the URL of a file, such as file:///var/lib/notilua/map.png"
    }
    guard let options = document.member(attachment, "options") else { return nil }
    return problem(document, options: options, place + ".options")
  }

  static func isFileURL(_ url: String) -> Bool {
    url.hasPrefix("file:///") && url.utf8.count > 8 && url.utf8.count <= 4096
      && !url.unicodeScalars.contains { $0.value <= 0x20 || $0.value == 0x7F }
  }

  private static func problem(
    _ document: borrowing JSONDocument, options: NodeID, _ place: String
  ) -> String? {
    guard document.kind(of: options) == .object else { return "\(place): expected a table" }
    if let problem = unknownKey(document, options, place, optionKeys) { return problem }
    if let hint = document.member(options, "type_hint"),
      document.kind(of: hint) != .string || document.rawText(of: hint).count > textLimit
    {
      return "\(place).type_hint: expected a uniform type identifier, such as public.png"
    }
    if let hidden = document.member(options, "thumbnail_hidden"), document.kind(of: hidden) != .true,
      document.kind(of: hidden) != .false
    {
      return "\(place).thumbnail_hidden: expected true or false"
    }
    if let time = document.member(options, "thumbnail_time") {
      guard document.kind(of: time) == .number, document.double(of: time) >= 0 else {
        return "\(place).thumbnail_time: expected seconds, or the number of a frame"
      }
    }
    guard let rectangle = document.member(options, "thumbnail_clipping_rect") else { return nil }
    for key in ["x", "y", "width", "height"] {
      guard let side = document.member(rectangle, named: key), document.kind(of: side) == .number,
        (0...1).contains(document.double(of: side))
      else {
        return "\(place).thumbnail_clipping_rect: expected x, y, width and height of 0 to 1"
      }
    }
    return nil
  }

  private static func unknownKey(
    _ document: borrowing JSONDocument, _ object: NodeID, _ place: String, _ known: [String]
  ) -> String? {
    var cursor: UInt64 = 0
    while let (key, _) = document.nextMember(object, &cursor) {
      let name = document.swiftString(of: key)
      if known.contains(name) { continue }
      let hint =
        Suggestion.nearest(to: name, among: known).map { "did you mean '\($0)'?" }
        ?? "known are \(known.joined(separator: ", "))"
      return "\(place) has no key '\(name.prefix(100))'; \(hint)"
    }
    return nil
  }
}
