import ArgumentParser
import ExtensionHost
import Glibc
import NotificationModel

/// The flags that say which plugins run, and how: what `notilua.yaml` says too.
struct ChainOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The configuration; without it ./notilua.yaml, if there is one.", valueName: "file"),
    completion: .configuration)
  var config: String?

  @Option(
    help: ArgumentHelp("Run all plugins of a folder, in the order of their names.", valueName: "folder"),
    completion: .directory)
  var plugins: String?

  @Option(
    name: .customLong("plugin"),
    help: ArgumentHelp("Run this plugin; give it several times for a chain.", valueName: "path"),
    completion: .plugin)
  var chain: [String] = []

  @Option(
    help: ArgumentHelp(
      "How many workers run plugins, 1 to 256; without it one for each core, and one in replay.",
      valueName: "count"))
  var workers: Int?

  @Option(
    help: ArgumentHelp(
      "What is done on a fault of any plugin: skip, original, drop or halt.", valueName: "policy"),
    completion: .cases(FaultPolicy.self))
  var onFault: String?

  func validate() throws {
    if let workers, !(1...256).contains(workers) {
      throw ValidationError("--workers is \(workers); give a number of 1 to 256.")
    }
    if let onFault, FaultPolicy(rawValue: onFault) == nil {
      throw ValidationError("--on-fault is '\(onFault)'; use skip, original, drop or halt.")
    }
    if plugins != nil, !chain.isEmpty {
      throw ValidationError("--plugins and --plugin exclude each other; name a folder or single plugins.")
    }
  }

  /// The configuration with what the flags say put over it.
  func load() throws(HostError) -> Configuration {
    var configuration = Configuration()
    if let config {
      configuration = try Configuration(file: config)
    } else if PluginFolder.isFile("notilua.yaml") {
      configuration = try Configuration(file: "notilua.yaml")
    }
    // A plugin that the configuration knows keeps its settings when a flag names it.
    let known = configuration.plugins
    func plugin(_ path: String) -> Configuration.Plugin {
      let whole = PluginFolder.whole(path)
      return known.first { PluginFolder.whole($0.path) == whole } ?? Configuration.Plugin(path: path)
    }
    if let plugins {
      configuration.plugins = try PluginFolder.plugins(in: plugins).map(plugin)
    } else if !chain.isEmpty {
      // Who names a plugin means it.
      configuration.plugins = chain.map(plugin)
      for index in configuration.plugins.indices { configuration.plugins[index].isDisabled = false }
    }
    if let workers { configuration.workers = workers }
    if let onFault, let policy = FaultPolicy(rawValue: onFault) {
      if configuration.plugins.isEmpty {
        configuration.plugins = try PluginFolder.plugins(in: configuration.pluginFolder)
          .map { Configuration.Plugin(path: $0) }
      }
      for index in configuration.plugins.indices { configuration.plugins[index].onFault = policy }
    }
    return configuration
  }
}
