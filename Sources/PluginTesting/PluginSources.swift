import ExtensionHost
import ExtensionRuntime
import NotificationModel
import Synchronization

/// The files of the plugins under test, each read once.
final class PluginSources: Sendable {
  private let read = Mutex<[String: PluginDefinition]>([:])

  /// A plugin as its entry in a chain has it.
  func definition(
    of plugin: Configuration.Plugin, _ configuration: Configuration
  ) throws(HostError) -> PluginDefinition {
    let known = read.withLock { $0[plugin.path] }
    if let known {
      return try configuration.definition(of: plugin, files: known)
    }
    let files = try PluginFolder.read(plugin.path, sourceLimit: configuration.sourceLimit)
    read.withLock { $0[plugin.path] = files }
    return try configuration.definition(of: plugin, files: files)
  }

  /// A file of tests, in the place of the plugin that it is about: with that plugin's modules, and itself as one.
  func definition(of suite: TestSuite, _ configuration: Configuration) throws(HostError) -> PluginDefinition {
    var modules: [PluginDefinition.Module] = []
    if let plugin = suite.plugin {
      let files = try definition(of: Configuration.Plugin(path: plugin), configuration)
      modules = files.modules + [.init(name: "init", path: files.path, source: files.source)]
    }
    let source = try readFile(suite.file, limit: configuration.sourceLimit)
    modules.append(.init(name: TestSuite.moduleName, path: suite.file, source: source))
    var definition = PluginDefinition(
      name: suite.subject, path: TestSuite.chunkName, source: Array(TestSuite.source.utf8), modules: modules)
    // Of a plugin it would be a mistake to ask for it.
    definition.capabilities = ["test"]
    return definition
  }
}
