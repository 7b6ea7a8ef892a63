import ExtensionHost

/// The project that the present folder is in: the nearest folder above with `notilua.yaml`, or with the plugins.
///
/// As `cargo` and `go` find theirs, so that a command works from within a plugin's folder.
struct ProjectFolder {
  /// What leads there from the present folder: `../` for each step; empty where it is the present folder.
  private(set) var prefix = ""
  /// The path of the plugin that the present folder is in; nil outside of one.
  private(set) var plugin: String?

  init() {
    let parts = PluginFolder.real(".").split(separator: "/").map(String.init)
    var plugin: String?
    for steps in 0...parts.count {
      let prefix = String(repeating: "../", count: steps)
      // The folder on the way down from there to the present one.
      let below = steps > 0 ? parts[parts.count - steps] : nil
      if PluginFolder.isFile(prefix + "notilua.yaml")
        || PluginFolder.isFolder(prefix + "plugins") && (below == nil || below == "plugins")
      {
        self.prefix = prefix
        self.plugin = plugin
        return
      }
      if plugin == nil, steps < parts.count, PluginFolder.isFile(prefix + "init.lua") {
        // By its name, which messages show.
        plugin = "\(prefix)../\(parts[parts.count - 1 - steps])"
      }
    }
  }

  /// The project's configuration, or that of `path`.
  func configuration(_ path: String?) throws(HostError) -> Configuration {
    if let path = path ?? configurationPath { return try Configuration(file: path) }
    var configuration = Configuration()
    configuration.pluginFolder = prefix + configuration.pluginFolder
    return configuration
  }

  /// The path of the project's configuration; nil where there is none.
  var configurationPath: String? {
    PluginFolder.isFile(prefix + "notilua.yaml") ? prefix + "notilua.yaml" : nil
  }
}
