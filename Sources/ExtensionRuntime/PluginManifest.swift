import NotificationModel

/// What a plugin says of itself in the table that it returns.
package struct PluginManifest: Sendable {
  package var description = ""
  package var match = Match(clauses: [])
  package var capabilities: [String] = []
  package var onFault: FaultPolicy?
  /// Whether every notification gets a new Lua state.
  package var freshState = false

  /// What is wrong with a plugin's table, as a clause that names the key.
  package struct Problem: Error, Sendable, Equatable {
    package var message: String
  }

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
    var cursor: UInt64 = 0
    let elements = document.elements(of: document.root)
    guard let table = elements.first else { return }
    for element in elements.dropFirst() { try Self.checkFunction(document.swiftString(of: element)) }
    guard document.kind(of: table) == .object else { return }
    while let (keyNode, value) = document.nextMember(table, &cursor) {
      let key = document.swiftString(of: keyNode)
      switch key {
      case "kind":
        let kind = try Self.text(document, value, key)
        guard kind == "service" else {
          throw Problem(
            message:
              "plugin.kind is \"\(kind.prefix(100))\"; this version runs plugins of the kind \"service\"")
        }
      case "description": description = try Self.text(document, value, key)
      case "on_fault":
        let text = try Self.text(document, value, key)
        guard let policy = FaultPolicy(rawValue: text) else {
          throw Problem(
            message: "plugin.on_fault is \"\(text)\"; use \(Self.list(FaultPolicy.allCases.map(\.rawValue)))")
        }
        onFault = policy
      case "fresh_state":
        guard document.kind(of: value) == .true || document.kind(of: value) == .false else {
          throw Problem(message: "plugin.fresh_state is not a boolean")
        }
        freshState = document.kind(of: value) == .true
      case "capabilities":
        capabilities = try Self.texts(document, value, "plugin.capabilities")
        for capability in capabilities where !HostFunction.capabilities.contains(capability) {
          throw Problem(
            message:
              "plugin.capabilities has \"\(capability)\"\(Self.suggestion(capability, HostFunction.capabilities))"
          )
        }
      case "match": match = try Match(document, value)
      default:
        throw Problem(
          message: "plugin.\(key.prefix(100)) is no key of a plugin\(Self.suggestion(key, Self.keys))")
      }
    }
  }

  static let handlers = ["did_receive", "time_will_expire"]

  /// A function may have any name but one that is nearly a handler's.
  private static func checkFunction(_ name: String) throws(Problem) {
    guard !handlers.contains(name), let near = Suggestion.nearest(to: name, among: handlers) else { return }
    throw Problem(message: "plugin.\(name) is no handler; did you mean '\(near)'?")
  }

  static let keys = [
    "kind", "description", "match", "capabilities", "on_fault", "fresh_state", "did_receive",
    "time_will_expire",
  ]

  private static func text(_ document: borrowing JSONDocument, _ node: NodeID, _ key: String) throws(Problem)
    -> String
  {
    guard document.kind(of: node) == .string else { throw Problem(message: "plugin.\(key) is not a string") }
    return document.swiftString(of: node)
  }

  static func texts(_ document: borrowing JSONDocument, _ node: NodeID, _ name: String) throws(Problem)
    -> [String]
  {
    var texts: [String] = []
    // An empty table in Lua is written as an object.
    if document.kind(of: node) == .object, document.count(of: node) == 0 { return texts }
    guard document.kind(of: node) == .array else {
      throw Problem(message: "\(name) is not a list of strings")
    }
    for element in document.elements(of: node) {
      guard document.kind(of: element) == .string else {
        throw Problem(message: "\(name) is not a list of strings")
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
