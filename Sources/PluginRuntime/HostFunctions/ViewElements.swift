import LosslessJSON
import NotificationModel
import NotificationViews
import PassRecords
import ViewDescriptions
import WorkerProtocol

/// The functions that build a view, which content extensions are called with.
extension HostFunction {
  /// In the order of the manual.
  static let views: [HostFunction] = [
    .viewText, .viewImage, .viewColumns, .viewFields, .viewProgress, .viewCountdown, .viewTimeline,
    .viewPlaces, .viewMap, .viewConversation, .viewButtons, .viewTextInput, .viewMedia, .viewTitle,
    .viewActions, .viewDesktop, .viewClear,
  ]

  static let viewText = HostFunction(.viewText) { call throws(HostFunctionError) in
    let style = try call.word(1, ViewElement.TextStyle.allCases.map(\.rawValue)) ?? "body"
    let alignment = try call.word(2, ViewElement.Alignment.allCases.map(\.rawValue)) ?? "start"
    let runs: [ViewElement.TextRun]
    if case .json(let json) = try call.value(0) {
      runs = try call.reading(json) { reader, node, place throws(NotificationView.Problem) in
        try reader.runs(node, place)
      }
    } else {
      runs = [.init(try call.shownText(0))]
    }
    return try call.add(
      .text(
        runs, ViewElement.TextStyle(rawValue: style) ?? .body,
        ViewElement.Alignment(rawValue: alignment) ?? .start))
  }

  static let viewImage = HostFunction(.viewImage) { call throws(HostFunctionError) in
    let (attachment, caption) = (try call.identifier(0), try call.optionalText(1))
    guard call.has(2) else { return try call.add(.image(.init(attachment: attachment, caption: caption))) }
    let json = try call.table(2)
    return try call.add(
      .image(
        try call.reading(json) { reader, node, place throws(NotificationView.Problem) in
          try reader.pictureForm(node, attachment: attachment, caption: caption, place)
        }))
  }

  static let viewColumns = HostFunction(.viewColumns) { call throws(HostFunctionError) in
    try call.addTable { reader, node, place throws(NotificationView.Problem) in
      .columns(try reader.columns(node, place))
    }
  }

  static let viewFields = HostFunction(.viewFields) { call throws(HostFunctionError) in
    try call.addTable { reader, node, place throws(NotificationView.Problem) in
      .fields(try reader.fields(node, place))
    }
  }

  static let viewProgress = HostFunction(.viewProgress) { call throws(HostFunctionError) in
    let value = try call.number(0)
    guard !value.isNaN else { throw HostFunctionError("view.progress: the value is no number") }
    if let mistake = MistakenPercentage(value), let notification = call.notification {
      // Plugins in production have always been shown as all of it, so that this is no fault.
      notification.pointee.log.append(
        call.plugin.pointee.name, "warn", "view.progress: \(mistake.message)")
    }
    return try call.add(.progress(value: min(max(value, 0), 1), label: try call.optionalText(1)))
  }

  static let viewCountdown = HostFunction(.viewCountdown) { call throws(HostFunctionError) in
    let end = try call.number(0)
    guard ViewElement.instants.contains(end) else {
      throw HostFunctionError(
        "view.countdown: the time is \(end); it is seconds since 1970, 0 to 253402300799, such as notilua.now() + 600"
      )
    }
    return try call.add(.countdown(.init(end: end, label: try call.optionalText(1))))
  }

  static let viewTimeline = HostFunction(.viewTimeline) { call throws(HostFunctionError) in
    try call.addTable { reader, node, place throws(NotificationView.Problem) in
      .timeline(try reader.steps(node, place))
    }
  }

  static let viewPlaces = HostFunction(.viewPlaces) { call throws(HostFunctionError) in
    try call.addTable { reader, node, place throws(NotificationView.Problem) in
      .places(try reader.places(node, place))
    }
  }

  static let viewMap = HostFunction(.viewMap) { call throws(HostFunctionError) in
    try call.addTable { reader, node, place throws(NotificationView.Problem) in
      .map(try reader.map(node, place))
    }
  }

  static let viewConversation = HostFunction(.viewConversation) { call throws(HostFunctionError) in
    try call.addTable { reader, node, place throws(NotificationView.Problem) in
      .conversation(try reader.messages(node, place))
    }
  }

  static let viewButtons = HostFunction(.viewButtons) { call throws(HostFunctionError) in
    try call.requireInteraction()
    return try call.addTable { reader, node, place throws(NotificationView.Problem) in
      .buttons(try reader.actions(node, place))
    }
  }

  static let viewTextInput = HostFunction(.viewTextInput) { call throws(HostFunctionError) in
    try call.requireInteraction()
    let identifier = try call.text(0)
    guard NotificationAction.isIdentifier(identifier) else {
      throw HostFunctionError(
        "view.text_input: expected an identifier of \(NotificationAction.identifierForm)")
    }
    if NotificationAction.reserved.contains(identifier) {
      throw HostFunctionError(
        "view.text_input: '\(identifier)' is the system's own; choose another identifier")
    }
    return try call.add(
      .textInput(
        identifier: identifier,
        .init(placeholder: try call.optionalText(1), buttonTitle: try call.optionalText(2))))
  }

  static let viewMedia = HostFunction(.viewMedia) { call throws(HostFunctionError) in
    var isPlaying = false
    if call.has(2) {
      guard case .boolean(let flag) = try call.value(2) else {
        throw HostFunctionError("view.media: playing is neither true nor false")
      }
      isPlaying = flag
    }
    return try call.add(
      .media(
        attachment: try call.identifier(0), title: try call.optionalText(1), isPlaying: isPlaying))
  }

  static let viewTitle = HostFunction(.viewTitle) { call throws(HostFunctionError) in
    let title = try call.shownText(0)
    let notification = try call.requireView()
    guard call.plugin.pointee.overridesTitle else {
      throw HostFunctionError("view.title needs 'overrides_default_title = true' in the plugin")
    }
    notification.pointee.presentation?.view.title = title
    return .nothing
  }

  static let viewActions = HostFunction(.viewActions) { call throws(HostFunctionError) in
    let json = try call.table(0)
    let actions = try call.reading(json) { reader, node, place throws(NotificationView.Problem) in
      try reader.actions(node, place)
    }
    try call.requireView().pointee.presentation?.view.actions = actions
    return .nothing
  }

  static let viewDesktop = HostFunction(.viewDesktop) { call throws(HostFunctionError) in
    let json = try call.table(0)
    let wish = try call.reading(json) { reader, node, place throws(NotificationView.Problem) in
      try reader.desktop(node, place)
    }
    try call.requireView().pointee.presentation?.view.desktop = wish
    return .nothing
  }

  static let viewClear = HostFunction(.viewClear) { call throws(HostFunctionError) in
    try call.requireView().pointee.presentation?.view.removeAll()
    return .nothing
  }
}

extension HostCall {
  /// The notification whose view is built.
  fileprivate func requireView() throws(HostFunctionError) -> UnsafeMutablePointer<NotificationState> {
    guard let notification, notification.pointee.presentation != nil else {
      throw HostFunctionError("\(name) builds the view of a notification; call it where a handler has one")
    }
    return notification
  }

  fileprivate func add(_ element: ViewElement) throws(HostFunctionError) -> HostResult {
    let notification = try requireView()
    do throws(NotificationView.Problem) {
      try notification.pointee.presentation?.view.append(element)
    } catch {
      throw HostFunctionError("\(name): \(error.message)")
    }
    return .nothing
  }

  /// Adds the element that the table of the first argument describes.
  fileprivate func addTable(
    _ body: (borrowing ViewReader, NodeID, String) throws(NotificationView.Problem) -> ViewElement
  ) throws(HostFunctionError) -> HostResult {
    try add(try reading(try table(0), body))
  }

  fileprivate func requireInteraction() throws(HostFunctionError) {
    guard plugin.pointee.takesInteraction else {
      throw HostFunctionError("\(name) needs 'user_interaction_enabled = true' in the plugin")
    }
  }

  /// A text that people see, cut where it is too long.
  fileprivate func shownText(_ index: Int) throws(HostFunctionError) -> String {
    switch try value(index) {
    case .integer(let number): return String(number)
    case .double(let number): return number.description
    default: return try text(index).cut(to: NotificationView.textLimit)
    }
  }

  fileprivate func optionalText(_ index: Int) throws(HostFunctionError) -> String {
    has(index) ? try shownText(index) : ""
  }

  fileprivate func identifier(_ index: Int) throws(HostFunctionError) -> String {
    let text = try text(index)
    guard NotificationView.attachmentIdentifiers.contains(text.utf8.count) else {
      throw HostFunctionError("\(name): an identifier has 1 to 256 bytes")
    }
    return text
  }

  /// One of a few words; nil where there is none.
  fileprivate func word(_ index: Int, _ known: [String]) throws(HostFunctionError) -> String? {
    guard has(index) else { return nil }
    let word = try text(index)
    guard known.contains(word) else {
      throw HostFunctionError(
        "\(name): '\(word.prefix(100))' is none of \(known.joined(separator: ", "))")
    }
    return word
  }

  fileprivate func table(_ index: Int) throws(HostFunctionError) -> UnsafeRawBufferPointer {
    guard case .json(let json) = try value(index) else {
      throw HostFunctionError("\(name): expected a table, got \(try value(index).luaTypeName)")
    }
    return json
  }

  fileprivate func reading<Result>(
    _ json: UnsafeRawBufferPointer,
    _ body: (borrowing ViewReader, NodeID, String) throws(NotificationView.Problem) -> Result
  ) throws(HostFunctionError) -> Result {
    do throws(NotificationView.Problem) {
      let reader = try ViewReader(json)
      return try body(reader, reader.root, name)
    } catch {
      throw HostFunctionError(error.message.hasPrefix(name) ? error.message : "\(name): \(error.message)")
    }
  }
}
