import Foundation
import Testing

/// Reads and delivers what earlier versions left behind, as it stands in `Tests/Compatibility`.
struct CompatibilityTests {
  private static let folders = Program.root.appending(path: "Tests/Compatibility")
  /// When the outboxes were made, in milliseconds since 1970.
  private static let madeAt: Int64 = 1_795_906_966_000

  /// A copy of a version's folder, with the modes that its files had.
  private static func withCopy<Result>(_ version: String, _ body: (URL) throws -> Result) throws -> Result {
    try Program.withFolder { parent in
      let folder = parent.appending(path: version)
      try FileManager.default.copyItem(at: folders.appending(path: version), to: folder)
      for name in ["store", "keys", "killed"] {
        try restrict(folder.appending(path: name), to: 0o700)
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: name).path) {
          try restrict(folder.appending(path: "\(name)/\(file)"), to: 0o600)
        }
      }
      for name in ["box", "audit.ndjson", "undelivered.ndjson", "sealing.key"] {
        try restrict(folder.appending(path: name), to: 0o600)
      }
      return try body(folder)
    }
  }

  private static func restrict(_ file: URL, to mode: Int) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
  }

  /// Moves an outbox forward in time, as if its machine had been off from then until an hour ago.
  private static func advance(_ box: URL) throws {
    let by = Int64(Date().timeIntervalSince1970 * 1000) - madeAt
    let statements = [
      "UPDATE batch SET accepted_at = accepted_at + \(by)",
      "UPDATE held SET accepted_at = accepted_at + \(by), expires = expires + \(by), due = due + \(by) - 3600000",
      "UPDATE recall SET until = until + \(by)",
      "UPDATE sent SET until = until + \(by)",
      "UPDATE fact SET number = number + \(by) WHERE name = 'given_at'",
    ]
    let ended = try Program.run(
      [box.path, statements.joined(separator: "; ")], program: "/usr/bin/sqlite3")
    try #require(ended.status == 0, "\(ended.errors)")
  }

  private static func objects(_ file: URL) throws -> [[String: Any]] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  private static func texts(_ simulator: Simulator) -> [String] {
    simulator.journal.map {
      let payload = $0["payload"] as? [String: Any]
      return (payload?["aps"] as? [String: Any])?["alert"] as? String ?? ""
    }
  }

  /// The names in the round brackets at the end of the texts that arrived.
  private static func names(_ simulator: Simulator) -> [String] {
    texts(simulator).compactMap { text in
      text.hasSuffix(")") ? text.split(separator: "(").last.map { String($0.dropLast()) } : nil
    }
  }

  /// Expects the events of an audit to be numbered from one without a gap.
  private static func expectGapless(_ audit: URL) throws {
    let numbers = try objects(audit).compactMap { $0["event"] as? Int }
    #expect(!numbers.isEmpty && numbers == Array(1...max(1, numbers.count)))
  }

  @Test(arguments: ["0.1.0"]) func aPluginAndItsTestsPass(_ version: String) throws {
    try Self.withCopy(version) { folder in
      let tested = try Program.run(["test", "--ci"], in: folder)
      #expect(tested.status == 0 && tested.text.contains("5 passed"), "\(tested.text)\(tested.errors)")
      let checked = try Program.run(["check"], in: folder)
      #expect(
        checked.status == 0 && checked.text.contains("1 plugin, 0 errors"), "\(checked.text)\(checked.errors)"
      )
      let filtered = try Program.run(
        ["run", "--no-plugins", "--emit", "outcomes", "second.ndjson"], in: folder)
      #expect(filtered.errors.contains("1 rejected"), "\(filtered.errors)")
    }
  }

  @Test(arguments: ["0.1.0"]) func credentialsAreReadSealedOrNot(_ version: String) throws {
    try Self.withCopy(version) { folder in
      // Two records name their files by the path where they were.
      for name in ["shop", "files"] {
        let record = folder.appending(path: "store/\(name).json")
        let text = try String(contentsOf: record, encoding: .utf8)
          .replacingOccurrences(
            of: "/tmp/notilua-\(version)", with: folder.appending(path: "keys").path)
        try text.write(to: record, atomically: false, encoding: .utf8)
      }
      let key = try String(contentsOf: folder.appending(path: "sealing.key"), encoding: .utf8)
      let listed = try Program.run(
        ["credentials", "list", "--store", "store"],
        environment: ["NOTILUA_SEALING_KEY": key.trimmingCharacters(in: .whitespacesAndNewlines)], in: folder)
      #expect(listed.status == 0, "\(listed.errors)")
      let rows = listed.text.split(separator: "\n").dropFirst().map { $0.split(separator: " ")[0] }
      #expect(rows == ["chat", "files", "shop"], "\(listed.text)")
      #expect(listed.text.contains("KEYID00001") && listed.text.contains("universal certificate"))
    }
  }

  @Test(arguments: ["0.1.0"]) func anOutboxIsDelivered(_ version: String) throws {
    try Self.withCopy(version) { folder in
      let simulator = try Simulator()
      let configuration = folder.appending(path: "notilua.yaml").path
      let audit = folder.appending(path: "audit.ndjson")
      try Self.advance(folder.appending(path: "box"))
      let status = try Program.run(["outbox", "status", "--config", configuration])
      #expect(status.status == 0, "\(status.errors)")
      for row in ["queued        4", "waiting       2", "dead          2", "recalls       3 remembered"] {
        #expect(status.text.contains(row), "\(status.text)")
      }
      let run =
        ["run", "--config", configuration, "--sink", "apns", "--audit", audit.path] + simulator.flags
      // A message that was recalled before it came, and one of today.
      let late =
        #"{"id":"to-come-1","device_token":"ab20","payload":{"aps":{"alert":"Late (to-come-1)"}}}"# + "\n"
        + #"{"id":"new-1","device_token":"ab21","payload":{"aps":{"alert":"New (new-1)"}}}"# + "\n"
      let ended = try Program.run(run, input: Data(late.utf8))
      #expect(ended.status == 0, "\(ended.text)\(ended.errors)")
      #expect(
        Self.names(simulator).sorted() == ["behind-1", "held-1", "held-2", "new-1", "queued-1", "queued-2"],
        "\(simulator.journal)\(ended.errors)")
      // One of a device token comes after the one before it, and the delivered message was replaced.
      let names = Self.names(simulator)
      #expect(names.firstIndex(of: "held-1") ?? 9 < names.firstIndex(of: "behind-1") ?? 0)
      #expect(Self.texts(simulator).filter { $0 == "This message was withdrawn." }.count == 1)
      try Self.expectGapless(audit)
      let ends = try Self.objects(audit).filter { $0["state"] != nil }
      let withdrawn = ends.filter { $0["state"] as? String == "withdrawn" }.compactMap { $0["id"] as? String }
      #expect(withdrawn.sorted() == ["recalled-1", "to-come-1"])
      // The dead letters are still there, and can be sent again.
      let dead = try Program.run(["outbox", "list", "--config", configuration, "--json"])
      #expect(dead.text.contains("dead-1") && dead.text.contains("dead-2"), "\(dead.text)")
      let requeued = try Program.run(
        ["outbox", "requeue", "--reason", "BadTopic", "--config", configuration])
      #expect(requeued.status == 0, "\(requeued.errors)")
      let again = try Program.run(run, input: Data())
      #expect(again.status == 1 && again.text.contains("dead-1"), "\(again.text)\(again.errors)")
      try Self.expectGapless(audit)
    }
  }

  @Test(arguments: ["0.1.0"]) func anOutboxOfAKilledRunIsDelivered(_ version: String) throws {
    try Self.withCopy(version) { folder in
      let simulator = try Simulator()
      let box = folder.appending(path: "killed/box")
      let audit = folder.appending(path: "killed/audit.ndjson")
      try Self.advance(box)
      // What the killed run may have sent says so, also where it goes on by another file.
      let exported = try Program.run(["outbox", "export", "--outbox", box.path])
      #expect(exported.status == 0 && exported.text.split(separator: "\n").count == 3, "\(exported.errors)")
      #expect(
        exported.text.split(separator: "\n").allSatisfy { $0.contains(#""may_have_arrived":true"#) },
        "\(exported.text)")
      let ended = try Program.run(
        [
          "run", "--no-plugins", "--outbox", box.path, "--sink", "apns", "--topic", "com.example.app",
          "--audit",
          audit.path,
        ] + simulator.flags, input: Data())
      #expect(ended.status == 0, "\(ended.text)\(ended.errors)")
      // What had its end told is not pushed again; the rest arrives in the order of its device token.
      let names = Self.names(simulator)
      #expect(names.sorted() == ["k2", "k3", "k5"], "\(names)")
      #expect(names.firstIndex(of: "k2") ?? 9 < names.firstIndex(of: "k3") ?? 0)
      try Self.expectGapless(audit)
      let ends = try Self.objects(audit).filter { $0["event"] != nil }.compactMap { $0["id"] as? String }
      #expect(ends.sorted() == ["k1", "k2", "k3", "k4", "k5"])
    }
  }

  @Test(arguments: ["0.1.0"]) func undeliveredLinesArePushed(_ version: String) throws {
    try Self.withCopy(version) { folder in
      let simulator = try Simulator()
      let ended = try Program.run(
        [
          "run", "--no-plugins", "--sink", "apns", "--topic", "com.example.app",
          folder.appending(path: "undelivered.ndjson").path,
        ] + simulator.flags)
      #expect(ended.status == 0, "\(ended.text)\(ended.errors)")
      #expect(Self.names(simulator).sorted() == ["late-1", "late-2"])
    }
  }
}
