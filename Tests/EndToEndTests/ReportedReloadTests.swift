import Foundation
import Testing

/// Reports of other programs' reloads, tried on this one.
@Suite(.serialized)
struct ReportedReloadTests {
  /// Signals that come while a reload runs are not lost: the last files are in force in the end (fluent/fluent-bit#8457).
  @Test func theLastOfManySignalsCounts() throws {
    let service = try RunningService(port: 28481)
    for version in 1...40 {
      try service.writePlugin("version \(version)")
      kill(service.process.processIdentifier, SIGHUP)
    }
    #expect(Program.wait(seconds: 120) { (try? service.push().reason) == "version 40" }, "\(service.log)")
    // An answer of success is of the files at the time of the order, also in the middle of others.
    for version in 41...44 {
      try service.writePlugin("version \(version)")
      for _ in 0..<3 { kill(service.process.processIdentifier, SIGHUP) }
      let ended = try service.ctl("reload")
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(try service.push().reason == "version \(version)")
    }
  }

  /// What cannot be delivered keeps no reload from its end, and no stop either (fluent/fluent-bit#10670, #9354).
  @Test func anUnreachableServerHoldsNothingUp() throws {
    let service = try RunningService(port: 28482)
    for version in 2...6 {
      for _ in 0..<3 { #expect(try service.push("pass").reason.isEmpty) }
      try service.writePlugin("version \(version)")
      let ended = try service.ctl("reload")
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(try service.generation == version)
    }
    service.process.terminate()
    #expect(Program.wait(seconds: 120) { !service.process.isRunning })
    #expect(!service.process.isRunning || service.process.terminationStatus == 0, "\(service.log)")
  }

  /// Links lead into a checkout that is replaced while the one before is deleted.
  ///
  /// Each change is seen, and not only the first (vectordotdev/vector#23787).
  @Test func eachCheckoutIsSeen() throws {
    let service = try RunningService(port: 28483, reload: "gate: tests, watch: true")
    let path = { (name: String) in service.folder.appending(path: name).path }
    let text = try String(contentsOfFile: path("notilua.yaml"), encoding: .utf8)
    for checkout in 1...4 {
      try service.writePlugin("checkout \(checkout)", in: "checkouts/\(checkout)/plugins")
      try service.write("checkouts/\(checkout)/notilua.yaml", text + "# \(checkout)\n")
      symlink("checkouts/\(checkout)", path("new"))
      rename(path("new"), path("current"))
      if checkout == 1 {
        for name in ["plugins", "notilua.yaml"] {
          symlink("current/\(name)", path("new"))
          rename(path(name), path("old-\(name)"))
          rename(path("new"), path(name))
        }
      } else {
        try FileManager.default.removeItem(atPath: path("checkouts/\(checkout - 1)"))
      }
      #expect(
        Program.wait(seconds: 60) { (try? service.generation) == checkout + 1 },
        "checkout \(checkout): \(service.log)")
      #expect(try service.push().reason == "checkout \(checkout)")
    }
  }

  /// Old workers end, whatever number of reloads there were, and none is left as a zombie (rspamd/rspamd#2716).
  @Test func noWorkerOfAnEarlierGenerationIsLeft() throws {
    let service = try RunningService(port: 28484)
    for version in 2...21 {
      try service.writePlugin("version \(version)")
      #expect(try service.ctl("reload").status == 0)
      if version.isMultiple(of: 5) { #expect(try service.push().reason == "version \(version)") }
    }
    // The kernel lists zombies among the children.
    #expect(Program.wait(seconds: 60) { service.workers.count == 1 }, "\(service.workers)")
  }

  /// A save passes through a moment in which the file is not there, and that may be longer than what is waited for
  /// (deblasis/wintty#1104): then what is in force stays, and the file that comes is seen.
  @Test func aFileThatIsAwayForLongComesBack() throws {
    let service = try RunningService(port: 28485, reload: "gate: tests, watch: true")
    let path = { (name: String) in service.folder.appending(path: name).path }
    for (round, name) in ["plugins/p/init.lua", "plugins/p", "plugins", "notilua.yaml"].enumerated() {
      rename(path(name), path("away"))
      #expect(
        Program.wait(seconds: 60) { (try? service.metrics.contains("\nnotilua_reload_success 0\n")) == true },
        "\(name): \(service.log)")
      #expect(try service.generation == round + 1)
      // Without it, all keys would be others: that is not what is wrong.
      let isNamed =
        service.event("changed nothing: 'notilua.yaml' is not there, or is no file; put it back") != nil
      #expect(isNamed == (name == "notilua.yaml"), "\(service.log)")
      #expect(try service.push().reason == (round == 0 ? "one" : "round \(round - 1)"))
      rename(path("away"), path(name))
      // It is as it was, and that is no failure.
      #expect(
        Program.wait(seconds: 60) { (try? service.metrics.contains("\nnotilua_reload_success 1\n")) == true },
        "\(name): \(service.log)")
      try service.writePlugin("round \(round)")
      #expect(
        Program.wait(seconds: 60) { (try? service.push().reason) == "round \(round)" },
        "\(name): \(service.log)")
    }
  }
}
