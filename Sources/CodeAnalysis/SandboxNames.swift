import LosslessJSON
import NotificationModel
import WorkerProtocol

/// The names that code finds in the sandbox, with dots: what the sandbox itself says that it has.
package struct SandboxNames: Sendable {
  enum Kind: Sendable {
    case function
    /// A table whose members are all known.
    case table
    case value
  }

  private var kinds: [String: Kind] = [:]
  /// The properties and functions in words.
  let interface: PluginInterface

  /// A plugin that lists what it finds, as its description.
  package static let source = #"""
    local names = {}
    for name, value in pairs(_G) do
      names[name] = type(value)
      if type(value) == "table" and name ~= "_G" then
        for member, inner in pairs(value) do
          names[name .. "." .. member] = type(inner)
          if type(inner) == "table" and member ~= "settings" then
            for last, deepest in pairs(inner) do names[name .. "." .. member .. "." .. last] = type(deepest) end
          end
        end
      end
    end
    names["notilua.settings"] = "data"
    return { description = notilua.json.encode(names) }
    """#

  /// Reads the description that the plugin above has.
  package init(description: String, interface: PluginInterface) throws(JSONError) {
    self.interface = interface
    var document = JSONDocument()
    try document.parse(description)
    var cursor: UInt64 = 0
    while let (key, value) = document.nextMember(document.root, &cursor) {
      let kind: Kind =
        switch document.swiftString(of: value) {
        case "function": .function
        case "table": .table
        default: .value
        }
      kinds[document.swiftString(of: key)] = kind
    }
  }

  /// Returns the function of the runtime that plugins call by a name.
  func function(_ name: String) -> FunctionDescription? { interface.functions.first { $0.luaName == name } }

  func kind(of name: String) -> Kind? { kinds[name] }

  /// Returns the names of the members of a table; of nil, those of globals.
  func members(of table: String?) -> [String] {
    guard let table else { return kinds.keys.filter { !$0.contains(".") }.sorted() }
    let prefix = table + "."
    return kinds.keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
      .filter { !$0.contains(".") }.sorted()
  }
}
