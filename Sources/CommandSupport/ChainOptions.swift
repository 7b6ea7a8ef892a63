import ArgumentParser
import ConfigurationFiles
import Glibc
import NotificationModel
import Notilua

/// The flags that say which plugins run, and how: what `notilua.yaml` says too.
package struct ChainOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The configuration; without it notilua.yaml in this folder or, but for run, in one above.",
      valueName: "file"),
    completion: .configuration)
  package var config: String?

  @Option(
    help: ArgumentHelp("Run all plugins of a folder, in the order of their names.", valueName: "folder"),
    completion: .directory)
  package var plugins: String?

  @Option(
    name: .customLong("plugin"),
    help: ArgumentHelp("Run this plugin; give it several times for a chain.", valueName: "path"),
    completion: .plugin)
  package var chain: [String] = []

  @Option(
    help: ArgumentHelp(
      "How many workers run plugins, 1 to 256; without it one for each core, and one in replay.",
      valueName: "count"))
  package var workers: Int?

  @Option(
    help: ArgumentHelp(
      "What is done on a fault of any plugin: skip, original, drop or halt.", valueName: "policy"),
    completion: .cases(FaultPolicy.self))
  package var onFault: String?

  package init() {}

  package func validate() throws {
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

  /// Returns the configuration with what the flags say put over it.
  ///
  /// - Parameter inProject: the configuration may be in a folder above. What runs in production is not to depend on
  ///   what is there.
  package func load(inProject: Bool = true) throws(HostError) -> Configuration {
    var configuration = try base(inProject: inProject)
    if let plugins {
      configuration = configuration.running(try Self.plugins(in: plugins, known: configuration))
    } else if !chain.isEmpty {
      // Who names a plugin means it.
      configuration = configuration.running(chain.map { Self.plugin($0, known: configuration) })
      for index in configuration.plugins.indices { configuration.plugins[index].isDisabled = false }
    }
    try applyCommonFlags(&configuration)
    return configuration
  }

  /// Returns the set of plugins that another is compared with: a configuration's, or all of a folder as `--plugins` has
  /// them.
  package func load(against path: String) throws(HostError) -> Configuration {
    var configuration: Configuration
    if PluginFolder.isFolder(path) {
      let base = try base(inProject: true)
      configuration = base.running(try Self.plugins(in: path, known: base))
    } else {
      configuration = try Configuration(file: path)
    }
    try applyCommonFlags(&configuration)
    return configuration
  }

  /// The configuration without what the flags say.
  private func base(inProject: Bool) throws(HostError) -> Configuration {
    if inProject { return try ProjectFolder().configuration(config) }
    if let config { return try Configuration(file: config) }
    return PluginFolder.isFile("notilua.yaml") ? try Configuration(file: "notilua.yaml") : Configuration()
  }

  /// The plugin of that path: one that the configuration knows keeps its settings when a flag names it.
  private static func plugin(_ path: String, known: Configuration) -> Configuration.Plugin {
    let whole = PluginFolder.whole(path)
    return known.plugins.first { PluginFolder.whole($0.path) == whole } ?? Configuration.Plugin(path: path)
  }

  private static func plugins(
    in folder: String, known: Configuration
  ) throws(HostError) -> [Configuration.Plugin] {
    try PluginFolder.plugins(in: folder).map { plugin($0, known: known) }
  }

  /// Puts what holds for every set of plugins over a configuration.
  private func applyCommonFlags(_ configuration: inout Configuration) throws(HostError) {
    if let workers { configuration.workers = workers }
    if let onFault, let policy = FaultPolicy(rawValue: onFault) {
      if !configuration.runsWithoutPlugins {
        configuration = configuration.running(try configuration.chain())
      }
      for index in configuration.plugins.indices { configuration.plugins[index].onFault = policy }
    }
  }
}
