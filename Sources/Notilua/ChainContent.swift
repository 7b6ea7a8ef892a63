import ConfigurationFiles
import WorkerHost
import WorkerProtocol

/// A chain of plugins as it was read: the bytes of their files with what the operator decided, and the keys that they may use.
package struct ChainContent: Sendable {
  /// One plugin of the chain.
  package struct Plugin: Sendable {
    /// The plugin as the configuration has it.
    package let entry: Configuration.Plugin
    /// The files as they were read.
    package let files: PluginDefinition
    /// The files with what the operator decided, as workers have it.
    package let definition: PluginDefinition
  }

  /// The plugins in order.
  package let plugins: [Plugin]
  /// The keys for `notilua.crypto`.
  package let keys: KeyRing
  /// The number of workers and their limits, without what a run decides.
  package let options: WorkerPool.Options

  /// Reads the files that a configuration names.
  ///
  /// - Parameter executable: the path of `notilua-worker`.
  /// - Throws: ``HostError`` that names the file.
  package init(_ configuration: Configuration, executable: String) throws(HostError) {
    plugins = try configuration.readChain()
    keys = try configuration.keyRing()
    options = WorkerPool.Options(configuration, executable: executable)
  }

  /// The definitions of the plugins, as workers are told them.
  package var definitions: [PluginDefinition] { plugins.map(\.definition) }
}
