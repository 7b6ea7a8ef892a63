import ExtensionHost

extension Configuration {
  /// A set of plugins by its path: a configuration's, or all of a folder.
  static func set(at path: String) throws(HostError) -> Configuration {
    guard PluginFolder.isFolder(path) else { return try Configuration(file: path) }
    var configuration = Configuration()
    configuration.plugins = try PluginFolder.plugins(in: path).map { Configuration.Plugin(path: $0) }
    return configuration
  }
}
