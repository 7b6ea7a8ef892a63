import Localization
import LosslessJSON
import NotificationModel

/// A call's order to the catalogs: a key, and where and how to look for it.
struct LocalizationOrder {
  var key: UnsafeRawBufferPointer
  /// In place of those of the request.
  var languages: [String]?
  var table: UnsafeRawBufferPointer?
  var isolates = false

  init(key: UnsafeRawBufferPointer) { self.key = key }

  static let members = ["key", "arguments", "locale", "table", "isolate"]

  /// Reads the table of a call, whose texts live in the plugin's scratch document; its arguments go where the plugin has
  /// them.
  ///
  /// - Parameter known: what the table may have.
  init(
    _ json: UnsafeRawBufferPointer, _ call: borrowing HostCall, known: [String] = members
  ) throws(HostFunctionError) {
    let plugin = call.plugin
    let function = "notilua.\(call.function.pointee.name)"
    try plugin.pointee.read(json, function)
    let root = plugin.pointee.scratch.pointee.root
    func wrong(_ name: String, _ wanted: String) -> HostFunctionError {
      HostFunctionError("\(function): '\(name)' is not \(wanted)")
    }
    var key: NodeID?
    var table: NodeID?
    var cursor: UInt64 = 0
    while let (name, value) = plugin.pointee.scratch.pointee.nextMember(root, &cursor) {
      let kind = plugin.pointee.scratch.pointee.kind(of: value)
      let member = plugin.pointee.scratch.pointee.swiftString(of: name)
      switch known.contains(member) ? member : "" {
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
      default:
        let hint = Suggestion.nearest(to: member, among: known).map { "did you mean '\($0)'?" }
        throw HostFunctionError(
          "\(function) knows no '\(member.prefix(100))'; \(hint ?? "there are \(known.joined(separator: ", "))")"
        )
      }
    }
    if key == nil, known.contains("key") {
      throw HostFunctionError("\(function): the table has no 'key'")
    }
    // What has no escapes lies in the document, and the rest beside it until the next is read: the key last.
    if let table { self.table = plugin.pointee.scratch.pointee.key(of: table) }
    self.key =
      key.map { plugin.pointee.scratch.pointee.string(of: $0) }
      ?? UnsafeRawBufferPointer(start: nil, count: 0)
  }
}

extension PluginContext {
  /// Reads the JSON of an argument into the scratch document.
  mutating func read(_ json: UnsafeRawBufferPointer, _ function: String) throws(HostFunctionError) {
    do throws(JSONError) {
      try scratch.pointee.parse(json)
    } catch {
      throw HostFunctionError("\(function): \(error.cause.rawValue)")
    }
  }
}

extension HostCall {
  private static let usualTable: StaticString = "Localizable"
  /// The bytes of a list of languages beyond which each is looked at: what is remembered is bounded.
  private static let localeLimit = 100

  /// Makes the text of a key in the plugin's context, with the arguments that are there.
  func localize(
    _ key: UnsafeRawBufferPointer, _ order: borrowing LocalizationOrder
  ) -> Localizer.Answer {
    plugin.pointee.text.removeAll(keepingCapacity: true)
    let table =
      order.table
      ?? UnsafeRawBufferPointer(start: Self.usualTable.utf8Start, count: Self.usualTable.utf8CodeUnitCount)
    guard let localizer = plugin.pointee.localizer else {
      plugin.pointee.text.append(contentsOf: key)
      let name = String(decoding: table, as: UTF8.self)
      return Localizer.Answer(problems: [.missingTable(name, others: [])])
    }
    let preferences = preferences(order.languages, localizer)
    return plugin.pointee.arguments.values.withUnsafeBufferPointer { [isolates = order.isolates] arguments in
      localizer.localize(
        key, catalogs: plugin.pointee.catalogs, table: table, preferences: preferences, arguments: arguments,
        isolates: isolates, to: &plugin.pointee.text)
    }
  }

  /// The languages that the call names, else those of the request, else those of the configuration.
  private func preferences(_ given: [String]?, _ localizer: Localizer) -> Localizer.Preferences {
    if given == nil, let notification, let locale = notification.pointee.localeField {
      // The JSON of the field is as good a name for it as any.
      let json = notification.pointee.document.rawText(of: locale)
      if json.count <= Self.localeLimit, json.count > 2 {
        return localizer.preferences(json: json) {
          let named = notification.pointee.locales.filter { !$0.isEmpty }
          return named.isEmpty ? plugin.pointee.languages : named
        }
      }
    }
    // No tag is so long, and what is remembered is bounded.
    let named = (given ?? notification?.pointee.locales ?? []).prefix(32).filter {
      !$0.isEmpty && $0.utf8.count <= Self.localeLimit
    }
    return localizer.preferences(named.isEmpty ? plugin.pointee.languages : named)
  }

  /// Keeps how a text was found, where outcomes are written or something was missing.
  func note(_ answer: Localizer.Answer, _ key: UnsafeRawBufferPointer) {
    guard let notification, notification.pointee.keepsLocalizations || !answer.problems.isEmpty else {
      return
    }
    notification.pointee.note(
      LocalizationRecord(
        plugin: plugin.pointee.name,
        // A key is a word; what is longer is somebody's text, which is not for every reader of an outcome.
        key: String(decoding: key.prefix(100), as: UTF8.self),
        catalog: answer.catalog.flatMap { plugin.pointee.localizer?.path(of: $0) }, language: answer.language,
        problems: answer.problems.map(\.description)))
  }
}
