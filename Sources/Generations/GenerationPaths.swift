import ConfigurationFiles
import Notilua

/// The files and folders that a generation is read from.
package enum GenerationPaths {
  /// Returns the paths that a configuration names, with its own file.
  package static func paths(_ configuration: Configuration, file: String?) -> [String] {
    let own = configuration.hasWholeChain ? [] : configuration.applications.flatMap(\.plugins)
    let plugins = (configuration.plugins + own).map(\.path)
    let folder = configuration.plugins.isEmpty ? [configuration.pluginFolder] : []
    let folders = folder + plugins + Set(plugins.flatMap(folders)).sorted()
    return [file].compactMap(\.self) + folders + configuration.strings.catalogs
      + configuration.applications.flatMap(\.catalogs)
      + configuration.keyFiles.values.sorted()
  }

  /// Returns the folders beside a plugin: of modules that all plugins have, and of tests of the chain.
  private static func folders(beside plugin: String) -> [String] {
    let parent = PluginFolder.parent(of: plugin)
    return [parent + "/lib", parent + "/tests"]
  }
}
