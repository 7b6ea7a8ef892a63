import Foundation
import PluginTools
import WorkerProtocol

/// The worker that the tests were built with.
enum BuiltWorker {
  static let path: String = {
    var folder = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent()
    while !FileManager.default.fileExists(atPath: folder.appending(path: "notilua-worker").path),
      folder.path != "/"
    {
      folder.deleteLastPathComponent()
    }
    return folder.appending(path: "notilua-worker").path
  }()

  /// Asks it what plugins can use.
  static func interface() throws -> PluginInterface { try PluginInterface(worker: path) }
}
