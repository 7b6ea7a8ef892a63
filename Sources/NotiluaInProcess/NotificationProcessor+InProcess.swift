import ConfigurationFiles
import Notilua

extension NotificationProcessor.Isolation {
  /// Runs plugins in this process, for tests and where nothing can be started.
  ///
  /// The limits of memory and CPU time hold, and the library profile is the same. This does **not** protect from
  /// what a plugin does to Lua itself: a crash of the interpreter ends this process, a loop inside of one C
  /// function or garbage collection is not interrupted, and a plugin that breaks out of Lua has all the rights
  /// of this process.
  public static var inProcess: Self {
    Self { chain throws(HostError) in try InProcessEngine(chain.definitions, chain.options, chain.keys) }
  }
}
