import EventLoop
import Foundation

/// Writes a file, and makes the folders above it.
package func writeText(_ text: String, to path: String) throws(HostError) {
  do {
    // Whole or not at all, and in the place that a link leads to.
    let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    // A device or a pipe is written to, and never replaced.
    let isReplaceable = PluginFolder.isFile(url.path) || !PluginFolder.exists(url.path)
    let mode = try? FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions]
    try Data(text.utf8).write(to: url, options: isReplaceable ? .atomic : [])
    // The file is another; who may read it stays.
    if isReplaceable, let mode {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
    }
  } catch {
    throw HostError(.output, "'\(path)' cannot be written: \(systemMessage()); name another place")
  }
}
