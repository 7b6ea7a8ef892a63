import ConfigurationFiles
import FileReading
import Glibc
import Notilua
import TerminalPages

/// The project that the present folder is in: the nearest folder above with `notilua.yaml`, or with the plugins.
///
/// As `cargo` and `go` find theirs, so that a command works from within a plugin's folder. What another user has put
/// above, as anyone can into `/tmp`, is not used.
package struct ProjectFolder {
  /// The way there from the present folder: `../` for each step; empty where it is the present folder.
  package private(set) var prefix = ""
  /// The path of the plugin that the present folder is in; nil outside of one.
  package private(set) var plugin: String?
  /// The path of what was found above and is another user's; nil where there is nothing such.
  private var foreign: String?

  package init() {
    let parts = PluginFolder.real(".").split(separator: "/").map(String.init)
    var plugin: String?
    for steps in 0...parts.count {
      let prefix = String(repeating: "../", count: steps)
      // The folder on the way down from there to the present one.
      let below = steps > 0 ? parts[parts.count - steps] : nil
      let isPlace = below == nil || below == "plugins"
      let mark =
        PluginFolder.isFile(prefix + "notilua.yaml")
        ? prefix + "notilua.yaml"
        : isPlace && PluginFolder.isFolder(prefix + "plugins") ? prefix + "plugins" : nil
      if let mark {
        guard steps == 0 || Self.isTrusted(mark) else {
          foreign = mark
          return
        }
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
  package func configuration(_ path: String?) throws(HostError) -> Configuration {
    if let path = path ?? configurationPath { return try Configuration(file: path) }
    if let foreign {
      say("notilua: '\(foreign)' belongs to another user and is not used; name a configuration with --config")
    }
    var configuration = Configuration()
    configuration.pluginFolder = prefix + configuration.pluginFolder
    return configuration
  }

  /// A Boolean value that indicates whether a file is this user's, the system's, or that of the present folder's owner.
  private static func isTrusted(_ path: String) -> Bool {
    guard let owner = FileOwner.of(path) else { return false }
    return owner == geteuid() || owner == 0 || owner == FileOwner.of(".")
  }

  /// The path of the project's configuration; nil where there is none.
  package var configurationPath: String? {
    PluginFolder.isFile(prefix + "notilua.yaml") ? prefix + "notilua.yaml" : nil
  }
}
