import ConfigurationFiles
import WorkerHost
import WorkerProtocol

extension NotificationProcessor {
  /// The place where plugins run.
  ///
  /// The product `NotiluaInProcess` adds `.inProcess`, which runs them in the program itself.
  public struct Isolation: Sendable {
    /// The plugins that are run, with their options, keys and configuration.
    package struct Chain: Sendable {
      package var definitions: [PluginDefinition]
      package var options: RunnerOptions
      package var keys: KeyRing
      package var configuration: Configuration
      /// The items that the chain is given: notifications, or requests to content extensions.
      package var form: Batch.Form
    }

    /// Loads the plugins, on the thread that they run on.
    package let start: @Sendable (Chain) throws(HostError) -> any ProcessorEngine

    package init(start: @escaping @Sendable (Chain) throws(HostError) -> any ProcessorEngine) {
      self.start = start
    }

    /// Runs plugins in sandboxed workers; `worker` is the path of `notilua-worker`, which is looked for beside this
    /// program where it is nil.
    public static func process(worker: String?) -> Isolation {
      Isolation { chain throws(HostError) in
        var options = WorkerPool.Options(chain.configuration, executable: worker ?? WorkerExecutable.path)
        options.runner = chain.options
        return try PoolEngine(chain.definitions, options, chain.keys, chain.form)
      }
    }
  }
}
