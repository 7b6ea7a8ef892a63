import Applications
import ConfigurationFiles
import Localization
import NotificationModel
import StringCatalogs
import WorkerProtocol

extension Configuration {
  /// The plugins of applications that are not disabled, named KEY/NAME, each after the others of its application.
  func ownPlugins() -> [Plugin] {
    applications.flatMap { application in
      application.plugins.filter { !$0.isDisabled }.map { plugin in
        var own = plugin
        own.name = "\(application.key)/\(plugin.name ?? PluginFolder.name(of: plugin.path))"
        own.application = application.key
        return own
      }
    }
  }

  /// The plugins of the folder that no application has as its own; none where the applications have plugins, and there
  /// is no such folder.
  func folderPlugins() throws(HostError) -> [Plugin] {
    let own = Set(applications.flatMap(\.plugins).map { PluginFolder.whole($0.path) })
    if !own.isEmpty, !PluginFolder.isFolder(pluginFolder) { return [] }
    return try PluginFolder.plugins(in: pluginFolder).filter { !own.contains(PluginFolder.whole($0)) }
      .map { Plugin(path: $0) }
  }

  /// Returns the configuration with a chain in full, to which the applications add no plugin.
  package func running(_ chain: [Plugin]) -> Configuration {
    var configuration = self
    configuration.plugins = chain
    configuration.hasWholeChain = applications.contains { !$0.plugins.isEmpty }
    return configuration
  }

  /// Returns a plugin as its own tests run it: on every notification, with the catalogs of the application that has it.
  package func tested(_ plugin: Plugin) -> Plugin {
    let path = PluginFolder.whole(plugin.path)
    var tested = plugin
    tested.application =
      applications.first { $0.plugins.contains { PluginFolder.whole($0.path) == path } }?.key
    tested.runsOnAll = true
    return tested
  }

  /// Returns the application that a plugin runs for; nil where it runs for all.
  func scope(of plugin: Plugin) throws(HostError) -> PluginScope? {
    guard let key = plugin.application, !plugin.runsOnAll, let application = try applicationTable()[key]
    else { return nil }
    return PluginScope(
      application: key, bundleID: application.bundleID, environment: application.environment,
      coversUnnamedTopic: apns.topic.map { PushType.bundleID(of: $0) == application.bundleID } ?? false,
      coversUnnamedEnvironment: apns.environment == application.environment.rawValue)
  }

  /// The paths of the catalogs for all plugins and of those of applications, with their places in the file.
  package var namedCatalogs: [(path: String, place: String?)] {
    ([(strings.catalogs, strings.places)] + applications.map { ($0.catalogs, $0.catalogPlaces) })
      .flatMap { paths, places in
        paths.enumerated().map { ($1, $0 < places.count ? places[$0] : nil) }
      }
  }

  /// Removes all catalogs that are not a plugin's.
  package mutating func removeCatalogs() {
    strings.catalogs = []
    for index in applications.indices { applications[index].catalogs = [] }
  }

  /// Reads the catalogs of an application.
  package func catalogs(of application: Application) throws(HostError) -> [CompiledCatalog] {
    try compiled(application.catalogs, application.catalogPlaces)
  }

  /// Reads catalogs, whose places in the configuration errors name.
  func compiled(_ paths: [String], _ places: [String]) throws(HostError) -> [CompiledCatalog] {
    var catalogs: [CompiledCatalog] = []
    for (index, path) in paths.enumerated() {
      do throws(CatalogError) {
        catalogs += try CatalogReader.compiled(path, device: strings.device, source: strings.source)
      } catch {
        let place = index < places.count ? places[index] + ": " : ""
        throw HostError(.usage, "\(place)\(error)")
      }
    }
    return catalogs
  }
}
