import ConfigurationFiles
import Foundation
import Generations
import Notilua

/// A folder with a configuration and a plugin, which a test changes.
final class GenerationFolder: Sendable {
  static let worker: String = {
    var url = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent()
    while !FileManager.default.fileExists(atPath: url.appending(path: "notilua-worker").path), url.path != "/"
    {
      url.deleteLastPathComponent()
    }
    return url.appending(path: "notilua-worker").path
  }()

  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "generation-\(UUID().uuidString)")
    try write("notilua.yaml", "plugins: [{ path: plugins/p }]\nworkers: 1\n")
    try write("plugins/p/init.lua", "return { did_receive = function() end }")
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path }

  func write(_ name: String, _ text: String) throws {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
  }

  /// A reader of the configuration in the folder.
  var reader: GenerationReader {
    let file = path("notilua.yaml")
    return GenerationReader(file: file, executable: Self.worker) { () throws(HostError) in
      try Configuration(file: file)
    }
  }
}
