import NotificationModel
import WorkerProtocol

/// The reports of workers on the plugins that they have loaded, and on their lock.
struct LoadReport {
  var plugins: [PluginReport] = []
  /// The version of Landlock in force in the workers, or minus the errno that refused it.
  var landlock: Int32 = 0
  /// The number of the call that refused it.
  var landlockCall: Int32 = 0

  /// A Boolean value that indicates whether the policy of a plugin is to stop the run; any may, until the workers have
  /// said.
  var mayHalt: Bool {
    plugins.isEmpty || plugins.contains { $0.onFault == FaultPolicy.halt.rawValue }
  }
}
