import LosslessJSON
import NotificationModel

/// Reads the parts of views from JSON: from tables that a plugin gives, and from a view that was written before.
///
/// The message of a mistake begins with the place, such as `view.fields[2]`.
package struct ViewReader: ~Copyable {
  /// A mistake in a view.
  package typealias Problem = NotificationView.Problem

  private(set) var document: JSONDocument

  /// Parses a JSON text.
  package init(_ json: UnsafeRawBufferPointer) throws(Problem) {
    document = JSONDocument(depthLimit: 16)
    do throws(JSONError) {
      try document.parse(json)
    } catch {
      throw Problem("the table is not data: \(error.cause.rawValue)")
    }
  }

  /// Parses the bytes of a JSON text.
  package init(_ json: [UInt8]) throws(Problem) {
    document = JSONDocument(depthLimit: 16)
    do throws(JSONError) {
      try document.parse(String(decoding: json, as: UTF8.self))
    } catch {
      throw Problem("the table is not data: \(error.cause.rawValue)")
    }
  }

  /// The value that was parsed.
  package var root: NodeID { document.root }

  // MARK: Lists and tables

  /// Returns the entries of a list, which may be an empty table of Lua.
  func entries(
    _ node: NodeID, _ place: String, limit: Int = NotificationView.entryLimit
  ) throws(Problem) -> [NodeID] {
    if document.kind(of: node) == .object, document.count(of: node) == 0 { return [] }
    guard document.kind(of: node) == .array else { throw Problem("\(place): expected a list") }
    let entries = document.elements(of: node)
    guard entries.count <= limit else {
      throw Problem("\(place): \(entries.count) entries; \(limit) are the most")
    }
    return entries
  }

  /// Looks for keys that mean nothing.
  func check(_ node: NodeID, _ place: String, _ keys: [String]) throws(Problem) {
    guard document.kind(of: node) == .object else {
      throw Problem("\(place): expected a table with \(keys.joined(separator: ", "))")
    }
    var cursor: UInt64 = 0
    while let (key, _) = document.nextMember(node, &cursor) {
      let name = document.swiftString(of: key)
      if keys.contains(name) { continue }
      let hint =
        Suggestion.nearest(to: name, among: keys).map { "did you mean '\($0)'?" }
        ?? "known are \(keys.joined(separator: ", "))"
      throw Problem("\(place) has no key '\(name.prefix(100))'; \(hint)")
    }
  }

  func text(_ node: NodeID, _ key: String, _ place: String) throws(Problem) -> String {
    guard let value = document.member(node, named: key) else { return "" }
    return try plainText(value, "\(place).\(key)")
  }

  func requiredText(_ node: NodeID, _ key: String, _ place: String) throws(Problem) -> String {
    guard document.member(node, named: key) != nil else { throw Problem("\(place) has no \(key)") }
    return try text(node, key, place)
  }

  /// Returns a text, or a number as it is written.
  func plainText(_ node: NodeID, _ place: String) throws(Problem) -> String {
    switch document.kind(of: node) {
    case .string: document.swiftString(of: node).cut(to: NotificationView.textLimit)
    case .number: String(decoding: document.rawText(of: node), as: UTF8.self)
    default: throw Problem("\(place): expected a string")
    }
  }

  func flag(_ node: NodeID, _ key: String, _ place: String) throws(Problem) -> Bool {
    guard let value = document.member(node, named: key) else { return false }
    switch document.kind(of: value) {
    case .true: return true
    case .false: return false
    default: throw Problem("\(place).\(key): expected true or false")
    }
  }

  func number(
    _ node: NodeID, _ key: String, _ place: String, _ range: ClosedRange<Double>
  ) throws(Problem) -> Double? {
    guard let value = document.member(node, named: key) else { return nil }
    guard document.kind(of: value) == .number, range.contains(document.double(of: value)) else {
      throw Problem(
        "\(place).\(key): expected a number of \(Int(range.lowerBound)) to \(Int(range.upperBound))")
    }
    return document.double(of: value)
  }

  /// Returns a word that people do not read.
  func identifier(_ node: NodeID, _ place: String) throws(Problem) -> String {
    let text = try requiredText(node, "identifier", place)
    guard NotificationAction.isIdentifier(text) else {
      throw Problem("\(place).identifier: expected \(NotificationAction.identifierForm)")
    }
    return text
  }

  // MARK: Elements

  /// Pieces of text: texts, and tables with `text` or `relative_time`, `bold`, `italic`, `monospaced`.
  package func runs(_ node: NodeID, _ place: String) throws(Problem) -> [ViewElement.TextRun] {
    var runs: [ViewElement.TextRun] = []
    for (index, entry) in try entries(node, place).enumerated() {
      let place = "\(place)[\(index + 1)]"
      guard document.kind(of: entry) == .object else {
        runs.append(.init(try plainText(entry, place)))
        continue
      }
      try check(entry, place, ["text", "relative_time", "bold", "italic", "monospaced"])
      let instant = try number(entry, "relative_time", place, ViewElement.instants)
      var run = ViewElement.TextRun(
        instant == nil ? try requiredText(entry, "text", place) : "", isBold: try flag(entry, "bold", place),
        isItalic: try flag(entry, "italic", place), isMonospaced: try flag(entry, "monospaced", place))
      run.relativeTime = instant
      runs.append(run)
    }
    return runs
  }

  /// Pairs of a label and a value.
  package func fields(_ node: NodeID, _ place: String) throws(Problem) -> [ViewElement.Field] {
    var fields: [ViewElement.Field] = []
    for (index, entry) in try entries(node, place).enumerated() {
      let place = "\(place)[\(index + 1)]"
      let pair = document.kind(of: entry) == .array ? document.elements(of: entry) : []
      // A value that is nil leaves the label alone: there is nothing to show.
      if pair.count == 1 { continue }
      guard pair.count == 2 else { throw Problem("\(place): expected a pair such as { \"Gate\", \"A 12\" }") }
      fields.append(.init(label: try plainText(pair[0], place), value: try plainText(pair[1], place)))
    }
    return fields
  }

  /// Tables with `title`, `detail`, `time`, `state`.
  package func steps(_ node: NodeID, _ place: String) throws(Problem) -> [ViewElement.Step] {
    var steps: [ViewElement.Step] = []
    for (index, entry) in try entries(node, place).enumerated() {
      let place = "\(place)[\(index + 1)]"
      try check(entry, place, ["title", "detail", "time", "state"])
      let word = try text(entry, "state", place)
      guard let state = ViewElement.Step.State(rawValue: word.isEmpty ? "upcoming" : word) else {
        throw Problem("\(place).state is '\(word.prefix(100))'; use done, current, upcoming or failed")
      }
      steps.append(
        .init(
          title: try requiredText(entry, "title", place), detail: try text(entry, "detail", place),
          time: try text(entry, "time", place), state: state))
    }
    return steps
  }

  /// Tables with `name`, `detail`, `latitude`, `longitude`.
  package func places(_ node: NodeID, _ place: String) throws(Problem) -> [ViewElement.Place] {
    var places: [ViewElement.Place] = []
    for (index, entry) in try entries(node, place).enumerated() {
      let place = "\(place)[\(index + 1)]"
      try check(entry, place, ["name", "detail", "latitude", "longitude"])
      let latitude = try number(entry, "latitude", place, -90...90)
      let longitude = try number(entry, "longitude", place, -180...180)
      guard (latitude == nil) == (longitude == nil) else {
        throw Problem("\(place): latitude and longitude come together")
      }
      places.append(
        .init(
          name: try requiredText(entry, "name", place), detail: try text(entry, "detail", place),
          latitude: latitude, longitude: longitude))
    }
    return places
  }

  /// Tables with `sender`, `text`, `time`, `is_own`, `avatar`, `image`; one with an image needs no text.
  package func messages(_ node: NodeID, _ place: String) throws(Problem) -> [ViewElement.Message] {
    var messages: [ViewElement.Message] = []
    for (index, entry) in try entries(node, place).enumerated() {
      let place = "\(place)[\(index + 1)]"
      try check(entry, place, ["sender", "text", "time", "is_own", "avatar", "image"])
      let image = try attachment(entry, "image", place) ?? ""
      messages.append(
        .init(
          sender: try text(entry, "sender", place),
          text: image.isEmpty ? try requiredText(entry, "text", place) : try text(entry, "text", place),
          time: try text(entry, "time", place), isOwn: try flag(entry, "is_own", place),
          avatar: try attachment(entry, "avatar", place) ?? "", image: image))
    }
    return messages
  }

  /// Tables with `identifier`, `title`, `options`, `text_input`.
  package func actions(_ node: NodeID, _ place: String) throws(Problem) -> [NotificationAction] {
    var actions: [NotificationAction] = []
    for (index, entry) in try entries(node, place).enumerated() {
      let place = "\(place)[\(index + 1)]"
      try check(entry, place, ["identifier", "title", "options", "text_input"])
      var action = NotificationAction(
        identifier: try identifier(entry, place), title: try requiredText(entry, "title", place))
      if NotificationAction.reserved.contains(action.identifier) {
        throw Problem("\(place).identifier: '\(action.identifier)' is the system's own; choose another")
      }
      if actions.contains(where: { $0.identifier == action.identifier }) {
        throw Problem("\(place).identifier: '\(action.identifier)' stands twice")
      }
      if let options = document.member(entry, named: "options") {
        for option in try entries(options, place + ".options") {
          let word = try plainText(option, place + ".options")
          guard let known = NotificationAction.Option(rawValue: word) else {
            throw Problem(
              "\(place).options has '\(word.prefix(100))'; known are "
                + NotificationAction.Option.allCases.map(\.rawValue).joined(separator: ", "))
          }
          action.options.insert(known)
        }
      }
      if let input = document.member(entry, named: "text_input") {
        try check(input, place + ".text_input", ["placeholder", "button_title"])
        action.textInput = .init(
          placeholder: try text(input, "placeholder", place),
          buttonTitle: try text(input, "button_title", place))
      }
      actions.append(action)
    }
    guard actions.count <= NotificationAction.limit else {
      throw Problem("\(place): more than \(NotificationAction.limit) actions")
    }
    return actions
  }

  // MARK: Views

  /// Returns a view that ``NotificationView/write(to:)`` has written.
  package func view(_ node: NodeID) throws(Problem) -> NotificationView {
    var view = NotificationView()
    try check(node, "view", ["title", "elements", "actions", "desktop"])
    view.title = try text(node, "title", "view")
    if let actions = document.member(node, named: "actions") {
      view.actions = try self.actions(actions, "view.actions")
    }
    if let desktop = document.member(node, named: "desktop") {
      view.desktop = try self.desktop(desktop, "view.desktop")
    }
    if let elements = document.member(node, named: "elements") {
      for (index, entry) in try entries(elements, "view.elements").enumerated() {
        try view.append(try element(entry, "view.elements[\(index + 1)]"))
      }
    }
    return view
  }

  private func element(_ node: NodeID, _ place: String) throws(Problem) -> ViewElement {
    let kind = document.kind(of: node) == .object ? document.stringMember(node, "kind") ?? "" : ""
    guard let form = ViewElement.Kind(rawValue: kind) else { throw Problem("\(place).kind is no element's") }
    let list = document.member(node, "entries")
    func entries() throws(Problem) -> NodeID {
      guard let list else { throw Problem("\(place) has no entries") }
      return list
    }
    switch form {
    case .text:
      let style = ViewElement.TextStyle(rawValue: try text(node, "style", place)) ?? .body
      return .text(try runs(try entries(), place), style, try alignment(node, place) ?? .start)
    case .image:
      return .image(
        try picture(
          node, attachment: try text(node, "attachment", place), caption: try text(node, "caption", place),
          place))
    case .columns: return .columns(try columns(try entries(), place))
    case .fields: return .fields(try fields(try entries(), place))
    case .progress:
      return .progress(
        value: try number(node, "value", place, 0...1) ?? 0, label: try text(node, "label", place))
    case .countdown:
      return .countdown(
        .init(
          end: try number(node, "end", place, ViewElement.instants) ?? 0,
          label: try text(node, "label", place)))
    case .map: return .map(try map(node, place, besides: ["kind"]))
    case .timeline: return .timeline(try steps(try entries(), place))
    case .places: return .places(try places(try entries(), place))
    case .conversation: return .conversation(try messages(try entries(), place))
    case .buttons: return .buttons(try actions(try entries(), place))
    case .textInput:
      return .textInput(
        identifier: try identifier(node, place),
        .init(
          placeholder: try text(node, "placeholder", place),
          buttonTitle: try text(node, "button_title", place)))
    case .media:
      return .media(
        attachment: try text(node, "attachment", place), title: try text(node, "title", place),
        isPlaying: try flag(node, "is_playing", place))
    }
  }
}
