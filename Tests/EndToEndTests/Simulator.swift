import Foundation
import Testing

/// An APNs simulator as a child process, and a store of credentials that it accepts.
final class Simulator {
  let port: Int
  let folder: URL
  private let process: Process

  /// The certificates and keys that every simulator of the tests shares: RSA keys take their time.
  private static let credentials = Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "notilua-apns-\(UUID().uuidString)")
    let ended = try Program.run(
      ["apns-simulator", "--write-credentials", folder.path, "--seconds", "1"])
    try #require(ended.status == 0, "\(ended.errors)")
    return folder
  }

  /// Starts a simulator; `arguments` come behind what every one has.
  init(_ arguments: [String] = []) throws {
    let credentials = try Self.credentials.get()
    folder = FileManager.default.temporaryDirectory.appending(path: "notilua-sim-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let portFile = folder.appending(path: "port").path
    process = Program.process(
      [
        "apns-simulator", "--write-credentials", credentials.path, "--port-file", portFile, "--journal",
        folder.appending(path: "journal.ndjson").path, "--seconds", "120",
      ] + arguments)
    process.standardError = FileHandle.nullDevice
    try process.run()
    var found: Int?
    _ = Program.wait {
      found = (try? String(contentsOfFile: portFile, encoding: .utf8)).flatMap {
        Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
      }
      return found != nil
    }
    port = try #require(found, "the simulator did not start")
    let passphrase = folder.appending(path: "passphrase").path
    _ = FileManager.default.createFile(
      atPath: passphrase, contents: Data("notilua\n".utf8), attributes: [.posixPermissions: 0o600])
    for arguments in [
      ["key", "AuthKey_KEYID00001.p8", "--team-id", "TEAMID0001"],
      ["certificate", "universal.p12", "--passphrase-file", passphrase],
    ] {
      let ended = try Program.run(
        ["credentials", "add", arguments[0], credentials.appending(path: arguments[1]).path]
          + arguments.dropFirst(2) + [
            "--application", "development", "--environment", "sandbox", "--store", store,
          ])
      try #require(ended.status == 0, "\(ended.errors)")
    }
  }

  deinit {
    stop()
    try? FileManager.default.removeItem(at: folder)
  }

  func stop() {
    guard process.isRunning else { return }
    process.terminate()
    process.waitUntilExit()
  }

  /// The folder of the keys and certificates that it takes.
  var credentials: URL { get throws { try Self.credentials.get() } }

  /// The folder of the store.
  var store: String { folder.appending(path: "store").path }

  /// The flags with which a command reaches it.
  var flags: [String] {
    let authority = (try? Self.credentials.get().appending(path: "ca.pem").path) ?? ""
    return [
      "--environment", "sandbox", "--credentials", store, "--server", "localhost:\(port)", "--trust",
      authority,
    ]
  }

  /// What it has accepted, in order.
  var journal: [[String: Any]] {
    let text = (try? String(contentsOf: folder.appending(path: "journal.ndjson"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap {
      try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
  }
}
