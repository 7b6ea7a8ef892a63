import ConfigurationFiles
import FileReading
import NotificationModel
import Notilua
import Synchronization
import WorkerProtocol

/// The files of the plugins under test, each read once.
package final class PluginSources: Sendable {
  /// By path and device.
  private let read = Mutex<[String: PluginDefinition]>([:])
  /// The operator's catalogs, by what says which they are.
  private let catalogs = Mutex<[String: OperatorCatalogs]>([:])

  /// Makes sources that read what they are asked for.
  package init() {}

  /// Makes sources that know the files of a chain, whatever has become of them on the disk.
  package init(_ chain: ChainContent, device: String) {
    read.withLock { read in
      for plugin in chain.plugins { read[Self.name(plugin.entry, device)] = plugin.files }
    }
  }

  private static func name(_ plugin: Configuration.Plugin, _ device: String) -> String {
    "\(device) \(plugin.path)"
  }

  /// A plugin as its entry in a chain has it.
  func definition(
    of plugin: Configuration.Plugin, _ configuration: Configuration
  ) throws(HostError) -> PluginDefinition {
    let device = configuration.strings.device
    let name = Self.name(plugin, device)
    let files: PluginDefinition
    if let known = read.withLock({ $0[name] }) {
      files = known
    } else {
      files = try PluginFolder.read(plugin.path, sourceLimit: configuration.sourceLimit, device: device)
      read.withLock { $0[name] = files }
    }
    return try configuration.definition(
      of: plugin, files: files, catalogs: try catalogs(configuration).seen(by: plugin))
  }

  private func catalogs(_ configuration: Configuration) throws(HostError) -> OperatorCatalogs {
    let strings = configuration.strings
    let own = configuration.applications.flatMap { [$0.key] + $0.catalogs }
    let name = ([strings.device, strings.source ?? ""] + strings.catalogs + own).joined(separator: "\n")
    if let known = catalogs.withLock({ $0[name] }) { return known }
    let read = try OperatorCatalogs(configuration)
    catalogs.withLock { $0[name] = read }
    return read
  }

  /// A file of tests, in the place of the plugin that it is about: with that plugin's modules, and itself as one.
  func definition(of suite: TestSuite, _ configuration: Configuration) throws(HostError) -> PluginDefinition {
    var modules = [SettingsModule.module]
    if let plugin = suite.plugin {
      let files = try definition(of: Configuration.Plugin(path: plugin), configuration)
      // The plugin's own in the place of the program's.
      modules = files.modules + [.init(name: "init", path: files.path, source: files.source)]
    }
    let source = try LuaSource.code(
      readFile(suite.file, ReadingLimit.luaFile.with(count: configuration.sourceLimit)), path: suite.file)
    modules.append(.init(name: TestSuite.moduleName, path: suite.file, source: source))
    var definition = PluginDefinition(
      name: suite.subject, path: TestSuite.chunkName, source: Array(TestSuite.source.utf8), modules: modules)
    // Of a plugin it would be a mistake to ask for it.
    definition.capabilities = ["test"]
    return definition
  }
}
