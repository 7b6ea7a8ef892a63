import Localization
import NotificationModel

/// All that a worker is told of one plugin: its source as bytes, and what the operator decided.
package struct PluginDefinition: Sendable, Equatable {
  /// One Lua file that `require` finds.
  package struct Module: Sendable, Equatable {
    /// The name for `require`: the path without `.lua`, with dots.
    package var name: String
    /// The path for messages.
    package var path: String
    /// The text of the file.
    package var source: [UInt8]

    /// Creates a module.
    package init(name: String, path: String, source: [UInt8]) {
      self.name = name
      self.path = path
      self.source = source
    }
  }

  /// The name by which outcomes and messages call it.
  package var name: String
  /// The place in the operator's configuration, for messages.
  package var place: String?
  /// The path of the main chunk, for messages.
  package var path: String
  /// The text of the main chunk.
  package var source: [UInt8]
  /// The files that `require` finds.
  package var modules: [Module]
  /// The operator's settings for the plugin, a JSON object.
  package var settings: String
  /// The limits of its interpreter.
  package var limits: LuaLimits
  /// The operator's decision; nil leaves it to the plugin's proposal.
  package var onFault: FaultPolicy?
  /// The capabilities that the operator grants.
  package var capabilities: [String]
  /// The part of deliveries that the plugin may change; nil for none.
  package var delivery: DeliveryGrant?
  /// The application whose notifications alone the plugin runs on; nil for those of all.
  package var scope: PluginScope?

  /// The plugin's files: the main one and its modules.
  package var chunks: [(path: String, source: [UInt8])] {
    [(path, source)] + modules.map { ($0.path, $0.source) }
  }
  /// The catalogs in which `notilua.localize` looks texts up, in order: the plugin's own, then the operator's.
  package var catalogs: [CompiledCatalog] = []
  /// The numbers of these among the catalogs that a worker has.
  package var catalogNumbers: [Int] = []
  /// The languages of recipients whose request names none.
  package var languages: [String] = []
  /// The conditions of a test; nil in production.
  package var testing: TestConditions?

  /// Creates a definition.
  package init(
    name: String, path: String, source: [UInt8], modules: [Module] = [], settings: String = "{}",
    limits: LuaLimits = LuaLimits(), onFault: FaultPolicy? = nil, capabilities: [String] = []
  ) {
    self.name = name
    self.path = path
    self.source = source
    self.modules = modules
    self.settings = settings
    self.limits = limits
    self.onFault = onFault
    self.capabilities = capabilities
  }

  /// Numbers the catalogs of all plugins, and gives each once.
  package static func numberCatalogs(_ definitions: inout [PluginDefinition]) -> [CompiledCatalog] {
    var all: [CompiledCatalog] = []
    for index in definitions.indices {
      definitions[index].catalogNumbers = definitions[index].catalogs.map { catalog in
        if let known = all.firstIndex(of: catalog) { return known }
        all.append(catalog)
        return all.count - 1
      }
    }
    return all
  }
}
