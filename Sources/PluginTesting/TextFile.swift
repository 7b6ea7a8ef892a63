import ExtensionHost
import Foundation

/// Writes a file, and makes the folders above it.
package func writeText(_ text: String, to path: String) throws(HostError) {
  do {
    let url = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  } catch {
    throw HostError(.output, "'\(path)' cannot be written: \(systemMessage()); name another place")
  }
}
