import LuaSandbox
import PluginManifests
import WorkerProtocol

extension PluginReport {
  /// Makes the report of a plugin that was loaded, or could not be.
  package init(_ plugin: Plugin) {
    let manifest = plugin.manifest
    self.init(
      name: plugin.definition.name, failure: plugin.loadFault?.message ?? "",
      description: manifest.description,
      onFault: plugin.onFault, capabilities: manifest.capabilities, hasLastChance: plugin.hasLastChance,
      warnings: manifest.warnings, categories: manifest.content?.categories)
  }
}
