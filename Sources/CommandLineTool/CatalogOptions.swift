import ArgumentParser
import ExtensionHost
import Localization
import StringCatalogs

/// The catalogs that a command is about: those that are named, else those of the configuration and its plugins.
struct CatalogOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The configuration; without it ./notilua.yaml, if there is one.", valueName: "file"),
    completion: .configuration)
  var config: String?

  @Option(
    name: .customLong("catalog"),
    help: ArgumentHelp(
      "A .xcstrings, or a folder of texts; give it several times. Without it those of the configuration.",
      valueName: "path"), completion: .catalog)
  var named: [String] = []

  /// Reads the catalogs.
  ///
  /// - Parameter paths: those that the command itself names.
  func load(_ paths: [String] = []) throws(HostError) -> CatalogReader.Result {
    var paths = named + paths
    if paths.isEmpty {
      let configuration = try configuration()
      for plugin in (try? configuration.chain()) ?? []
      where PluginFolder.hasCatalogs(plugin.path + "/strings") {
        paths.append(plugin.path + "/strings")
      }
      paths += configuration.strings.catalogs
    }
    if paths.isEmpty {
      throw HostError(
        .usage, "no catalog is named; name one, or write 'strings: { catalogs: PATH }' into notilua.yaml")
    }
    var result = CatalogReader.Result()
    for path in paths {
      let read = try Self.read(path)
      result.catalogs += read.catalogs
      result.warnings += read.warnings
    }
    return result
  }

  func configuration() throws(HostError) -> Configuration {
    if let config { return try Configuration(file: config) }
    return PluginFolder.isFile("notilua.yaml") ? try Configuration(file: "notilua.yaml") : Configuration()
  }

  static func read(_ path: String) throws(HostError) -> CatalogReader.Result {
    do throws(CatalogError) {
      return try CatalogReader.read(path)
    } catch {
      throw HostError(.noInput, "\(error)")
    }
  }
}
