import Foundation
import Testing

/// A running service with one plugin, whose outcomes the audit has; nothing listens in place of APNs.
final class RunningService {
  let folder: URL
  let process: Process
  private let port: Int
  private var configuration: String

  /// Starts a service.
  ///
  /// - Parameters:
  ///   - port: the port of its door.
  ///   - reload: members of `service.reload`.
  ///   - more: further lines of the configuration.
  ///   - prepare: writes the plugins and the configuration that it starts with.
  init(
    port: Int, reload: String = "gate: tests", more: String = "",
    prepare: (RunningService) throws -> Void = {
      try $0.writePlugin("one")
      try $0.configure()
    }
  ) throws {
    self.port = port
    folder = FileManager.default.temporaryDirectory.appending(path: "notilua-serve-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    configuration = """
      apns: { credentials: store, environment: sandbox, server: "localhost:1" }
      outbox: { path: outbox }
      door: { listen: "127.0.0.1:\(port)", certificate: door.pem, key: door.key, keys: keys }
      operations: { address: '', socket: control.sock }
      service: { log: json, log_level: info, reload: { \(reload) } }
      \(more)

      """
    process = Program.process(["serve", "--audit", "audit"])
    process.currentDirectoryURL = folder
    try prepare(self)
    let prepared = try GuidePage.run(
      """
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \\
        -addext subjectAltName=DNS:localhost -keyout door.key -out door.pem 2> /dev/null
      openssl ecparam -name prime256v1 -genkey -noout 2> /dev/null | openssl pkcs8 -topk8 -nocrypt > AuthKey_KEYID00001.p8
      chmod 600 *.p8
      notilua keys door add --keys keys --topic com.example.app --key-id CLIENT0001 --out client.p8
      notilua credentials add test AuthKey_KEYID00001.p8 --team-id TEAMID0001 --application development --store store
      notilua credentials add client client.p8 --key-id CLIENT0001 --team-id DOORTEAM01 --application development \\
        --store client
      """, in: folder)
    try #require(prepared.status == 0, "\(prepared.errors)")
    _ = FileManager.default.createFile(atPath: folder.appending(path: "log").path, contents: Data())
    process.standardError = try FileHandle(forWritingTo: folder.appending(path: "log"))
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    try #require(Program.wait(seconds: 120) { log.contains("\"event\":\"ready\"") }, "\(log)")
  }

  deinit {
    // One that was never started cannot be ended: Foundation traps.
    if process.isRunning {
      process.terminate()
      process.waitUntilExit()
    }
    try? FileManager.default.removeItem(at: folder)
  }

  // MARK: Files

  func write(_ name: String, _ text: String) throws {
    let file = folder.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  /// Writes a plugin that drops every push for a reason, with a test that expects one.
  func writePlugin(_ reason: String, expected: String? = nil, in plugins: String = "plugins") throws {
    try write(
      "\(plugins)/p/init.lua",
      "return { did_receive = function(_, content) if content.body ~= 'pass' then return notilua.drop('\(reason)') end end }"
    )
    try write(
      "\(plugins)/p/tests/cases.yaml",
      """
      - name: drops
        given: { aps: { alert: a } }
        expect: { action: drop, reason: \(expected ?? reason) }

      """)
  }

  /// Writes the configuration, with more lines.
  ///
  /// - Parameter plugin: more members of the plugin's.
  func configure(_ more: String = "workers: 1", plugin: String = "") throws {
    try write("notilua.yaml", "plugins: [{ path: plugins/p\(plugin) }]\n\(configuration)\(more)\n")
  }

  // MARK: The service

  var log: String { (try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)) ?? "" }

  /// Runs `notilua ctl`.
  func ctl(_ arguments: String...) throws -> Program.Ended {
    try Program.run(["ctl"] + arguments + ["--socket", "control.sock"], in: folder)
  }

  /// The generation in force.
  var generation: Int {
    get throws {
      let status = try ctl("status", "--json")
      let object = try JSONSerialization.jsonObject(with: status.output) as? [String: Any]
      return try #require(object?["generation"] as? Int, "\(status.errors)")
    }
  }

  /// Pushes, and returns the generation and the reason of its outcome.
  func push(_ body: String = "a") throws -> (generation: Int, reason: String) {
    let outcome = try outcome(of: body)
    return (outcome["generation"] as? Int ?? 0, outcome["reason"] as? String ?? "")
  }

  /// Pushes, and returns its outcome.
  func outcome(of body: String) throws -> [String: Any] {
    let before = audit.count
    let ended = try Program.run(
      [
        "send", "--device-token", "ab01", "--topic", "com.example.app", "--environment", "sandbox", "--alert",
        body, "--credentials", "client", "--server", "localhost:\(port)", "--trust", "door.pem",
      ], in: folder)
    try #require(ended.status == 0, "\(ended.errors)\(log)")
    return try outcome(after: before)
  }

  /// Sends an envelope to the HTTP API with the key in `curl.key`, and returns the status and the outcome.
  func call(_ port: Int, _ envelope: String) throws -> (status: String, outcome: [String: Any]) {
    let before = audit.count
    let ended = try Program.run(
      [
        "-sS", "-K", "curl.key", "-H", "Content-Type: application/json", "--data", envelope, "-o", "answer",
        "-w", "%{http_code}", "http://127.0.0.1:\(port)/v1/notifications",
      ], program: "/usr/bin/curl", in: folder)
    return (ended.text, try outcome(after: before))
  }

  private func outcome(after before: Int) throws -> [String: Any] {
    try #require(Program.wait(seconds: 60) { audit.count > before })
    let line = try #require(audit.dropFirst(before).first)
    return try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  /// The outcomes of the audit.
  private var audit: [String] {
    ((try? String(contentsOf: folder.appending(path: "audit"), encoding: .utf8)) ?? "")
      .split(separator: "\n").map(String.init).filter { $0.hasPrefix("{\"line\"") }
  }

  /// The fields of the log's last event of that text.
  func event(_ text: String) -> [String: Any]? {
    for line in log.split(separator: "\n").reversed() {
      let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      if (object?["event"] as? String)?.contains(text) == true { return object?["fields"] as? [String: Any] }
    }
    return nil
  }

  /// The metrics of the Unix socket.
  var metrics: String {
    get throws {
      try Program.run(
        ["--silent", "--unix-socket", "control.sock", "http://localhost/metrics"], program: "/usr/bin/curl",
        in: folder
      ).text
    }
  }
}

extension RunningService {
  /// The workers, which several threads have started.
  var workers: [Int32] { Self.workers(of: process.processIdentifier) }

  static func workers(of service: Int32) -> [Int32] {
    let tasks = "/proc/\(service)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
    return threads.flatMap { thread in
      let text = (try? String(contentsOfFile: "\(tasks)/\(thread)/children", encoding: .utf8)) ?? ""
      return text.split(separator: " ").compactMap { Int32($0) }
    }
  }
}
