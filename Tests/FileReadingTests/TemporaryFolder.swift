import Foundation
import Glibc

/// A folder that goes with the value.
final class TemporaryFolder: Sendable {
  let path: String

  init() {
    path = FileManager.default.temporaryDirectory.appending(path: "notilua-\(UUID())").path
    mkdir(path, 0o700)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String, _ text: String) -> String {
    let isMade = FileManager.default.createFile(atPath: "\(path)/\(name)", contents: Data(text.utf8))
    precondition(isMade, "no file '\(name)'")
    return "\(path)/\(name)"
  }

  func folder(_ name: String) -> String {
    mkdir("\(path)/\(name)", 0o700)
    return "\(path)/\(name)"
  }

  func pipe(_ name: String) -> String {
    mkfifo("\(path)/\(name)", 0o600)
    return "\(path)/\(name)"
  }

  func link(_ name: String, to target: String) -> String {
    Glibc.symlink(target, "\(path)/\(name)")
    return "\(path)/\(name)"
  }

  /// A socket that is bound to its name.
  func socket(_ name: String) throws -> String {
    let path = "\(self.path)/\(name)"
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    let file = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(file) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard bound == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    return path
  }
}
