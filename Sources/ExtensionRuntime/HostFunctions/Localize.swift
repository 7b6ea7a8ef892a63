import Localization
import NotificationModel

extension HostFunction {
  static let localize = HostFunction(
    "localize",
    summary: "Finds the text of a key in the recipient's language, and fills in its arguments.",
    discussion: """
      The key is looked up in the plugin's own `strings/`, then in the catalogs of the configuration. The languages are \
      those of the request; what none of them has is taken from the language that the catalog was written in. A key that \
      no catalog has is the text itself, and the second result is nil then.

      Behind the key stand the arguments, or one list of them. Instead of all that, one table may say more: `key`, \
      `arguments` (a list), `locale` (a language or a list of them, in place of the request's), `table` (the name of the \
      catalog without its ending; "Localizable" without it), and `isolate` (true puts U+2068 and U+2069 around arguments \
      that are texts, so that one that is written from right to left does not disturb what stands beside it).

      Arguments that are missing leave their specifier in the text, and those that are too many are left out; the outcome \
      says so, and which language and catalog answered.
      """,
    parameters: [
      .init("key", "string|table", "The key, or a table with all there is to say."),
      .init("...", "any", "What fills the specifiers of the text: texts, numbers, or one list of them."),
    ],
    returns: [
      .init("text", "string", "The text, or the key where there is none."),
      .init("language", "string?", "The language that answered, or nil."),
    ],
    examples: [
      .init(#"notilua.localize("No catalog has this: %@", "x")"#, #""No catalog has this: %@""#),
      .init(#"select(2, notilua.localize("NO_SUCH_KEY"))"#, "nil"),
      .init(#"notilua.localize{ key = "NO_SUCH_KEY", arguments = { "Ann", 3 }, locale = "de" }"#, #""NO_SUCH_KEY""#),
    ]
  ) { call throws(HostFunctionError) in
    let plugin = call.plugin
    plugin.pointee.arguments.removeAll()
    plugin.pointee.text.removeAll(keepingCapacity: true)
    let answer: Localizer.Answer
    let key: UnsafeRawBufferPointer
    if case .json(let json) = try call.value(0) {
      let order = try LocalizationOrder(json, plugin)
      key = order.key
      answer = find(order, call)
    } else {
      key = try call.bytes(0)
      if call.count == 2, case .json(let json) = try call.value(1) {
        try read(json, plugin)
        let root = plugin.pointee.scratch.pointee.root
        guard plugin.pointee.scratch.pointee.kind(of: root) == .array else {
          throw HostFunctionError("notilua.localize: the arguments are not a list")
        }
        plugin.pointee.arguments.append(root, of: plugin.pointee.scratch.pointee)
      } else {
        for index in 1..<max(1, call.count) { plugin.pointee.arguments.append(try call.value(index)) }
      }
      answer = find(LocalizationOrder(key: key), call)
    }
    note(answer, key, call)
    return .localized(language: answer.language)
  }

  fileprivate static func read(
    _ json: UnsafeRawBufferPointer, _ plugin: UnsafeMutablePointer<PluginContext>
  ) throws(HostFunctionError) {
    do throws(JSONError) {
      try plugin.pointee.scratch.pointee.parse(json)
    } catch {
      throw HostFunctionError("notilua.localize: \(error.cause.rawValue)")
    }
  }

  private static let usualTable: StaticString = "Localizable"

  private static func find(_ order: LocalizationOrder, _ call: borrowing HostCall) -> Localizer.Answer {
    let plugin = call.plugin
    let table =
      order.table ?? UnsafeRawBufferPointer(start: usualTable.utf8Start, count: usualTable.utf8CodeUnitCount)
    guard let localizer = plugin.pointee.localizer else {
      plugin.pointee.text.append(contentsOf: order.key)
      let name = String(decoding: table, as: UTF8.self)
      return Localizer.Answer(problems: [.missingTable(name, others: [])])
    }
    let preferences: Localizer.Preferences
    if let languages = order.languages {
      preferences = localizer.preferences(languages.joined(separator: "\n")) { languages }
    } else if let notification = call.notification, let locale = notification.pointee.localeField {
      // The JSON of the field is as good a name for it as any.
      let name = String(decoding: notification.pointee.document.rawText(of: locale), as: UTF8.self)
      preferences = localizer.preferences(name) { notification.pointee.locales }
    } else {
      let languages = plugin.pointee.languages
      preferences = localizer.preferences(languages.joined(separator: "\n")) { languages }
    }
    return plugin.pointee.arguments.values.withUnsafeBufferPointer { arguments in
      localizer.localize(
        order.key, catalogs: plugin.pointee.catalogs, table: table, preferences: preferences, arguments: arguments,
        isolates: order.isolates, to: &plugin.pointee.text)
    }
  }

  /// Keeps how the text was found, where outcomes are written or something was missing.
  private static func note(_ answer: Localizer.Answer, _ key: UnsafeRawBufferPointer, _ call: borrowing HostCall) {
    guard let notification = call.notification,
      notification.pointee.keepsLocalizations || !answer.problems.isEmpty
    else { return }
    notification.pointee.note(
      LocalizationRecord(
        plugin: call.plugin.pointee.name,
        key: String(decoding: key.prefix(NotificationState.textLimit), as: UTF8.self),
        catalog: answer.catalog.flatMap { call.plugin.pointee.localizer?.path(of: $0) }, language: answer.language,
        problems: answer.problems.map(\.description)))
  }
}

/// What a call of `notilua.localize` asks for.
private struct LocalizationOrder {
  var key: UnsafeRawBufferPointer
  /// In place of those of the request.
  var languages: [String]?
  var table: UnsafeRawBufferPointer?
  var isolates = false

  init(key: UnsafeRawBufferPointer) { self.key = key }

  /// Reads the table of a call, whose texts live in the plugin's scratch document; its arguments go where the plugin has
  /// them.
  init(
    _ json: UnsafeRawBufferPointer, _ plugin: UnsafeMutablePointer<PluginContext>
  ) throws(HostFunctionError) {
    try HostFunction.read(json, plugin)
    let root = plugin.pointee.scratch.pointee.root
    func wrong(_ name: String, _ wanted: String) -> HostFunctionError {
      HostFunctionError("notilua.localize: '\(name)' is not \(wanted)")
    }
    var key: NodeID?
    var table: NodeID?
    var cursor: UInt64 = 0
    while let (name, value) = plugin.pointee.scratch.pointee.nextMember(root, &cursor) {
      let kind = plugin.pointee.scratch.pointee.kind(of: value)
      switch plugin.pointee.scratch.pointee.swiftString(of: name) {
      case "key":
        guard kind == .string else { throw wrong("key", "a string") }
        key = value
      case "arguments":
        // An empty table is an object to JSON.
        guard kind == .array || kind == .object && plugin.pointee.scratch.pointee.count(of: value) == 0 else {
          throw wrong("arguments", "a list")
        }
        if kind == .array { plugin.pointee.arguments.append(value, of: plugin.pointee.scratch.pointee) }
      case "locale":
        let nodes = kind == .array ? plugin.pointee.scratch.pointee.elements(of: value) : [value]
        var languages: [String] = []
        for node in nodes {
          guard plugin.pointee.scratch.pointee.kind(of: node) == .string else {
            throw wrong("locale", "a language or a list of them")
          }
          languages.append(plugin.pointee.scratch.pointee.swiftString(of: node))
        }
        self.languages = languages
      case "table":
        guard kind == .string else { throw wrong("table", "a string") }
        table = value
      case "isolate":
        guard kind == .true || kind == .false else { throw wrong("isolate", "true or false") }
        isolates = kind == .true
      case let other:
        let known = ["key", "arguments", "locale", "table", "isolate"]
        let hint = Suggestion.nearest(to: other, among: known).map { "did you mean '\($0)'?" }
        throw HostFunctionError(
          "notilua.localize knows no '\(other.prefix(100))'; \(hint ?? "there are \(known.joined(separator: ", "))")")
      }
    }
    guard let key else { throw HostFunctionError("notilua.localize: the table has no 'key'") }
    // What has no escapes lies in the document, and the rest beside it until the next is read: the key last.
    if let table {
      let text = plugin.pointee.scratch.pointee.key(of: table)
      self.table = text
    }
    self.key = plugin.pointee.scratch.pointee.string(of: key)
  }
}
