import CodeAnalysis
import LosslessJSON
import NotificationModel
import WorkerProtocol

/// The table that a plugin returns: what it says of itself.
package struct PluginManifest: Sendable {
  /// The plugin's own line about itself.
  package var description = ""
  /// The traits of a content extension; nil for a service extension.
  package var content: ContentTraits?
  /// The notifications that it runs on.
  package var match = Match(clauses: [])
  /// The capabilities that it says it needs.
  package var capabilities: [String] = []
  /// Its proposal for what a fault does; nil where it makes none.
  package var onFault: FaultPolicy?
  /// A Boolean value that indicates whether every notification gets a new Lua state.
  package var freshState = false
  /// The names of the functions in the table.
  private var functions: [String] = []
  /// Probable mistakes though the plugin runs, as clauses for its author.
  package private(set) var warnings: [String] = []

  /// The bytes of the texts that the host is told.
  package var textCount: Int {
    (capabilities + (content?.categories ?? []) + warnings).reduce(description.utf8.count) {
      $0 + $1.utf8.count + MemoryLayout<UInt32>.size
    }
  }

  /// A problem of a plugin's table, as a clause that names the key.
  package struct Problem: Error, Sendable, Equatable {
    /// The problem and the next step.
    package var message: String

    /// Creates a problem.
    package init(message: String) { self.message = message }
  }

  /// Creates the manifest of an empty table.
  package init() {}

  /// Reads the table, which crossed as JSON without its functions, and the names of those behind it.
  package init(json: String) throws(Problem) {
    // The table stands in an array.
    var document = JSONDocument(depthLimit: 1024)
    do throws(JSONError) {
      try document.parse(json)
    } catch {
      throw Problem(message: "the plugin's table is not data: \(error.cause.rawValue)")
    }
    let elements = document.elements(of: document.root)
    guard let table = elements.first else { return }
    for element in elements.dropFirst() { functions.append(document.swiftString(of: element)) }
    if document.kind(of: table) == .object { try read(document, table) }
    for function in functions { try checkFunction(function) }
    warnings = Self.foreignHandlers(functions, handlers: handlers) + match.warnings
  }

  private mutating func read(_ document: borrowing JSONDocument, _ table: NodeID) throws(Problem) {
    var cursor: UInt64 = 0
    if let kind = document.member(table, "kind") {
      switch try Self.text(document, kind, "kind") {
      case "service": break
      case "content": content = ContentTraits()
      case let kind:
        throw Problem(message: "plugin.kind is \"\(kind.prefix(100))\"; use \"service\" or \"content\"")
      }
    }
    let keys = Self.commonKeys + (content == nil ? Self.serviceKeys : Self.contentKeys)
    while let (keyNode, value) = document.nextMember(table, &cursor) {
      let key = document.swiftString(of: keyNode)
      guard keys.contains(key) else {
        if let kind = Self.kind(of: key) {
          throw Problem(message: "plugin.\(key) is of a \(kind) extension; this one's kind is another")
        }
        throw Problem(message: "plugin.\(key.prefix(100)) is no key of a plugin\(Self.suggestion(key, keys))")
      }
      if content == nil || Self.commonKeys.contains(key) {
        try read(document, value, of: key)
      } else {
        try readTrait(document, value, of: key)
      }
    }
    if let content, content.categories.isEmpty {
      throw Problem(message: "plugin.categories is missing; name the categories that the extension presents")
    }
  }

  private mutating func read(
    _ document: borrowing JSONDocument, _ value: NodeID, of key: String
  ) throws(Problem) {
    switch key {
    // Read before, since it says which other keys there are.
    case "kind": break
    case "description": description = try Self.text(document, value, key)
    case "on_fault":
      let text = try Self.text(document, value, key)
      guard let policy = FaultPolicy(rawValue: text) else {
        throw Problem(
          message: "plugin.on_fault is \"\(text)\"; use \(Self.list(FaultPolicy.allCases.map(\.rawValue)))")
      }
      onFault = policy
    case "fresh_state": freshState = try Self.flag(document, value, key)
    case "capabilities":
      capabilities = try Self.texts(document, value, "plugin.capabilities")
      for capability in capabilities where !Capability.names.contains(capability) {
        throw Problem(
          message:
            "plugin.capabilities has \"\(capability)\"\(Self.suggestion(capability, Capability.names))"
        )
      }
    case "match": match = try Match(document, value)
    default: throw Self.noFunction(key, document.kind(of: value).luaName)
    }
  }

  private mutating func readTrait(
    _ document: borrowing JSONDocument, _ value: NodeID, of key: String
  ) throws(Problem) {
    switch key {
    case "categories":
      let categories = try Self.texts(document, value, "plugin.categories")
      guard !categories.isEmpty, !categories.contains("") else {
        throw Problem(message: "plugin.categories names no category; write { \"MESSAGE\" }")
      }
      content?.categories = categories
    case "initial_content_size_ratio":
      guard document.kind(of: value) == .number else {
        throw Self.wrongType(key, document.kind(of: value).luaName)
      }
      guard (0.05...10).contains(document.double(of: value)) else {
        throw Problem(message: "plugin.initial_content_size_ratio is not a number of 0.05 to 10")
      }
      content?.initialContentSizeRatio = document.double(of: value)
    case "default_content_hidden": content?.isDefaultContentHidden = try Self.flag(document, value, key)
    case "overrides_default_title": content?.overridesDefaultTitle = try Self.flag(document, value, key)
    case "user_interaction_enabled":
      content?.isUserInteractionEnabled = try Self.flag(document, value, key)
    default: throw Self.noFunction(key, document.kind(of: value).luaName)
    }
  }

  private static func flag(_ document: borrowing JSONDocument, _ node: NodeID, _ key: String) throws(Problem)
    -> Bool
  {
    switch document.kind(of: node) {
    case .true: return true
    case .false: return false
    case let kind: throw wrongType(key, kind.luaName)
    }
  }

  private static let commonKeys = ["kind", "description", "capabilities", "fresh_state"]
  private static let serviceKeys = ["match", "on_fault"] + PluginHandler.service
  private static let contentKeys =
    [
      "categories", "initial_content_size_ratio", "default_content_hidden", "overrides_default_title",
      "user_interaction_enabled",
    ] + PluginHandler.content

  /// The kind of extension that has a key.
  private static func kind(of key: String) -> String? {
    if serviceKeys.contains(key) { return "service" }
    return contentKeys.contains(key) ? "content" : nil
  }

  private var handlers: [String] { content == nil ? PluginHandler.service : PluginHandler.content }

  /// The values that keys take, of those that are no functions.
  private static let wanted: [String: String] = [
    "kind": #"use "service" or "content""#,
    "description": "it must be a string",
    "match": "it must be a table with keys",
    "on_fault": "use \(list(FaultPolicy.allCases.map(\.rawValue)))",
    "capabilities": "it must be a list of strings",
    "fresh_state": "it must be true or false",
    "categories": "it must be a list of strings",
    "initial_content_size_ratio": "it must be a number of 0.05 to 10",
    "default_content_hidden": "it must be true or false",
    "overrides_default_title": "it must be true or false",
    "user_interaction_enabled": "it must be true or false",
  ]

  /// Returns the problem of a handler's name that stands for something else.
  private static func noFunction(_ handler: String, _ type: String) -> Problem {
    Problem(message: "plugin.\(handler) is \(type); it must be a function")
  }

  /// Returns the problem of a value of a wrong type.
  ///
  /// - Parameter place: the place in the list that the key has, from 1; nil for the value itself.
  static func wrongType(_ key: String, at place: Int? = nil, _ type: String) -> Problem {
    let name = place.map { "\(key)[\($0)]" } ?? key
    return Problem(message: "plugin.\(name) is \(type); \(wanted[key] ?? "it must be something else")")
  }

  /// Names that other systems have for our handlers.
  private static let foreignNames: [String: String] = [
    "will_expire": "time_will_expire", "on_expire": "time_will_expire", "on_timeout": "time_will_expire",
    "service_extension_time_will_expire": "time_will_expire",
    "receive": "did_receive", "on_receive": "did_receive", "received": "did_receive",
    "handle": "did_receive", "handler": "did_receive", "process": "did_receive", "run": "did_receive",
    "main": "did_receive", "did_receive_request": "did_receive",
    "did_receive_notification": "did_receive",
    "on_response": "did_receive_response",
  ]

  /// Returns the handler that a function's name stands for in other systems.
  private static func handler(meantBy name: String, _ handlers: [String]) -> String? {
    foreignNames[Suggestion.snakeCase(name)].flatMap { handlers.contains($0) ? $0 : nil }
  }

  /// Functions that are called by nothing here, though their names say so.
  private static func foreignHandlers(_ functions: [String], handlers: [String]) -> [String] {
    functions.sorted().compactMap { name in
      guard let meant = handler(meantBy: name, handlers), !functions.contains(meant) else { return nil }
      return "plugin.\(name) is no handler, so it is never called; did you mean '\(meant)'?"
    }
  }

  /// Says that there is no did_receive, and which of the plugin's functions it may be.
  package func missingHandler() -> String {
    let meant = functions.sorted().first { Self.handler(meantBy: $0, handlers) == "did_receive" }
    return "the plugin has no function did_receive; "
      + (meant.map { "rename plugin.\($0)" } ?? "write function plugin.did_receive(request, content)")
  }

  /// A function may have any name but one that is nearly a handler's, or that of a key that is no function.
  private func checkFunction(_ name: String) throws(Problem) {
    if handlers.contains(name) { return }
    if Self.wanted[name] != nil { throw Self.wrongType(name, "a function") }
    if (PluginHandler.service + PluginHandler.content).contains(name) {
      let wanted = content == nil ? "content" : "service"
      throw Problem(message: "plugin.\(name) is a handler of plugins of kind = \"\(wanted)\"")
    }
    guard let near = Suggestion.nearest(to: name, among: handlers) else { return }
    throw Problem(message: "plugin.\(name) is no handler; did you mean '\(near)'?")
  }

  private static func text(_ document: borrowing JSONDocument, _ node: NodeID, _ key: String) throws(Problem)
    -> String
  {
    guard document.kind(of: node) == .string else { throw wrongType(key, document.kind(of: node).luaName) }
    return document.swiftString(of: node)
  }

  static func texts(_ document: borrowing JSONDocument, _ node: NodeID, _ name: String) throws(Problem)
    -> [String]
  {
    var texts: [String] = []
    // An empty table in Lua is written as an object.
    if document.kind(of: node) == .object, document.count(of: node) == 0 { return texts }
    guard document.kind(of: node) == .array else {
      throw Problem(message: "\(name) is \(document.kind(of: node).luaName); it must be a list of strings")
    }
    for element in document.elements(of: node) {
      guard document.kind(of: element) == .string else {
        throw Problem(
          message: "\(name) has \(document.kind(of: element).luaName) in it; it must be a list of strings")
      }
      texts.append(document.swiftString(of: element))
    }
    return texts
  }

  private static func list(_ words: [String]) -> String {
    words.dropLast().map { "\"\($0)\"" }.joined(separator: ", ") + " or \"\(words.last ?? "")\""
  }

  static func suggestion(_ word: String, _ known: [String]) -> String {
    if let near = Suggestion.nearest(to: word, among: known) { return "; did you mean '\(near)'?" }
    return "; known are \(known.joined(separator: ", "))"
  }
}
