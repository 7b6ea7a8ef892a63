import Foundation
import Testing

/// A running service takes other plugins, or says why it does not and goes on.
@Suite(.serialized)
struct ReloadTests {
  @Test func anOrderPutsOtherPluginsInForce() throws {
    let service = try RunningService(port: 28461)
    #expect(try service.push() == (1, "one"))
    #expect(try service.metrics.contains("\nnotilua_generation 1\n"))
    try service.writePlugin("two")
    let ended = try service.ctl("reload")
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(
      ended.text.contains(
        #/^generation 2 is in force: 1 plugin, 1 case passed, in \d+ ms \([0-9a-f]{16}\)\n$/#),
      "\(ended.text)")
    #expect(try service.push() == (2, "two"))
    let again = try service.ctl("reload", "--json")
    let object = try JSONSerialization.jsonObject(with: again.output) as? [String: Any]
    #expect(again.status == 0 && object?["result"] as? String == "unchanged")
    // What the log and the metrics have of it.
    #expect(service.event("generation 2 is in force")?["generation"] as? String == "2")
    #expect(service.event("ready")?["generation"] as? String == "1")
    // The counts of a plugin go on.
    let drops = "\nnotilua_plugin_drops_total{plugin=\"p\"} 2\n"
    #expect(Program.wait(seconds: 60) { (try? service.metrics.contains(drops)) == true })
    let metrics = try service.metrics
    for line in [
      "notilua_generation 2", "notilua_reload_success 1", "notilua_reloads_total{result=\"activated\"} 1",
      "notilua_reloads_total{result=\"unchanged\"} 1", "notilua_reloads_total{result=\"failed\"} 0",
    ] {
      #expect(metrics.contains("\n\(line)\n"), "\(line)")
    }
  }

  /// The dashboard asks for every metric of generations by its name, and for none that there is not.
  @Test func theDashboardShowsGenerations() throws {
    let service = try RunningService(port: 28475)
    let names = #/notilua_(?:generation|reload)[a-z_]*/#
    let served = Set(
      try service.metrics.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.compactMap {
        $0.firstMatch(of: names).map { String($0.output) }
      })
    let dashboard = try Data(
      contentsOf: Program.root.appending(path: "examples/7-monitoring/dashboard.json"))
    let object = try #require(try JSONSerialization.jsonObject(with: dashboard) as? [String: Any])
    let panels = try #require(object["panels"] as? [[String: Any]])
    let expressions = panels.flatMap { $0["targets"] as? [[String: Any]] ?? [] }.compactMap {
      $0["expr"] as? String
    }
    let asked = Set(expressions.flatMap { $0.matches(of: names).map { String($0.output) } })
    #expect(asked == served && served.count == 4)
    // By the results that there are.
    let results = try service.metrics.matches(of: #/notilua_reloads_total{result="(\w+)"}/#).map {
      String($0.output.1)
    }
    #expect(results.count == 4 && expressions.contains { $0.hasPrefix("sum by (result)") })
  }

  @Test func whatFailsChangesNothingAndSaysWhy() throws {
    let service = try RunningService(port: 28462)
    func expectRefusal(_ words: String) throws {
      let ended = try service.ctl("reload")
      #expect(ended.status == 1 && ended.text.isEmpty)
      #expect(
        ended.errors.hasPrefix("notilua: control.sock: the service refused: ")
          && ended.errors.contains(words),
        "\(ended.errors)")
      #expect(try service.generation == 1)
      #expect(try service.push() == (1, "one"))
      #expect(try service.metrics.contains("\nnotilua_reload_success 0\n"))
      #expect(service.event("a reload has changed nothing") != nil)
    }
    try service.writePlugin("two", expected: "three")
    try expectRefusal("plugins/p/tests/cases.yaml:1: p: drops: reason")
    try service.write("plugins/p/init.lua", "return {")
    try expectRefusal("plugins/p/init.lua:1:")
    try service.writePlugin("two")
    try service.configure("workers: 2")
    try expectRefusal("workers needs a restart; restart the service, or take the change back")
    try service.configure("workers: 1\nnone: 1")
    let unread = try service.ctl("reload")
    #expect(unread.status == 1 && unread.errors.contains("notilua.yaml:"), "\(unread.errors)")
    try service.configure("workers: 1")
    try service.write("plugins/p/init.lua", "return { on_fault = 'halt', did_receive = function() end }")
    try expectRefusal("a plugin has on_fault: halt")
    // A key file that is not there, of a key that a plugin would use.
    try service.configure("workers: 1\nkeys: { k: { file: nowhere } }")
    try expectRefusal("keys.k")
  }

  @Test func aRollbackPutsWhatWasBeforeInForce() throws {
    let service = try RunningService(port: 28463)
    let none = try service.ctl("rollback")
    #expect(none.status == 1 && none.errors.contains("there is no generation before 1"), "\(none.errors)")
    for reason in ["two", "three", "four"] {
      try service.writePlugin(reason)
      #expect(try service.ctl("reload").status == 0)
    }
    let back = try service.ctl("rollback")
    #expect(back.status == 0 && back.text.hasPrefix("generation 3 is in force again: 1 plugin ("), "\(back)")
    #expect(try service.push() == (3, "three"))
    let gone = try service.ctl("rollback", "1")
    #expect(gone.status == 1 && gone.errors.contains("generation 1 is not kept; choose one of 2, 3, 4"))
    // The disk does not matter.
    try FileManager.default.removeItem(at: service.folder.appending(path: "plugins"))
    #expect(try service.ctl("rollback", "2").status == 0)
    #expect(try service.push() == (2, "two"))
    let list = try service.ctl("generations")
    #expect(
      list.text.split(separator: "\n").map { $0.prefix(16) } == [
        "   4  kept      ", "   3  kept      ", "   2  in force  ",
      ], "\(list.text)")
    // SIGHUP does not bring back what someone went back from, and an order does.
    try service.writePlugin("four")
    kill(service.process.processIdentifier, SIGHUP)
    #expect(
      Program.wait(seconds: 60) {
        service.event("the files are those of a generation that was rolled back") != nil
      })
    #expect(try service.generation == 2)
    #expect(try service.ctl("reload").status == 0)
    #expect(try service.push() == (5, "four"))
  }

  @Test func aHangUpOpensFilesAndReloads() throws {
    let service = try RunningService(port: 28464)
    try service.writePlugin("two")
    rename(service.folder.appending(path: "audit").path, service.folder.appending(path: "audit.1").path)
    kill(service.process.processIdentifier, SIGHUP)
    #expect(Program.wait(seconds: 60) { (try? service.generation) == 2 })
    #expect(try service.push() == (2, "two"))
    // A failure is in the log, and the service runs.
    try service.write("plugins/p/init.lua", "return {")
    kill(service.process.processIdentifier, SIGHUP)
    #expect(Program.wait(seconds: 60) { service.event("a reload has changed nothing") != nil })
    #expect(try service.push() == (2, "two"))
  }

  /// However new files come into their place.
  @Test func aChangeOfFilesReloadsWhereItIsAskedFor() throws {
    let service = try RunningService(port: 28465, reload: "gate: tests, watch: true")
    let path = { (name: String) in service.folder.appending(path: name).path }
    func comes(_ generation: Int, _ reason: String) throws {
      #expect(Program.wait(seconds: 60) { (try? service.generation) == generation }, "\(service.log)")
      #expect(try service.push() == (generation, reason))
    }
    // A whole folder by a rename.
    try service.writePlugin("two", in: "new")
    rename(path("plugins"), path("old"))
    rename(path("new"), path("plugins"))
    try comes(2, "two")
    // By a link, as a volume of Kubernetes.
    try service.writePlugin("three", in: "volume/..1")
    symlink("..1", path("volume/..data"))
    rename(path("plugins"), path("older"))
    symlink("volume/..data", path("plugins"))
    try comes(3, "three")
    try service.writePlugin("four", in: "volume/..2")
    symlink("..2", path("volume/..new"))
    rename(path("volume/..new"), path("volume/..data"))
    try comes(4, "four")
    // The configuration alone.
    try service.configure("workers: 1\nquarantine: { after: 9 }")
    try comes(5, "four")
  }

  /// APNs does not answer, and what was accepted waits.
  @Test func aReloadWaitsForNoDelivery() throws {
    let service = try RunningService(port: 28466)
    for _ in 0..<3 { #expect(try service.push("pass") == (1, "")) }
    let status = try service.ctl("status", "--json")
    let object = try JSONSerialization.jsonObject(with: status.output) as? [String: Any]
    #expect(object?["waiting"] as? Int == 3)
    try service.writePlugin("two")
    #expect(try service.ctl("reload").status == 0)
    #expect(try service.push() == (2, "two"))
  }

  /// A run that has no generation at all delivers it, and tells the one that it went through.
  @Test func anEndIsToldWithTheGenerationOfAnEarlierProcess() throws {
    let service = try RunningService(port: 28476)
    let first = try service.outcome(of: "pass")
    try service.writePlugin("two")
    #expect(try service.ctl("reload").status == 0)
    let second = try service.outcome(of: "pass")
    #expect(first["generation"] as? Int == 1 && second["generation"] as? Int == 2)
    let list = try service.ctl("generations").text
    for outcome in [first, second] {
      let digest = try #require(outcome["digest"] as? String)
      #expect(digest.contains(#/^[0-9a-f]{16}$/#) && list.contains(digest), "\(list)")
    }
    service.process.terminate()
    service.process.waitUntilExit()
    let simulator = try Simulator()
    let ended = try Program.run(
      ["run", "--no-plugins", "--sink", "apns", "--outbox", "outbox", "--audit", "later"] + simulator.flags,
      in: service.folder)
    #expect(ended.status == 0, "\(ended.errors)")
    let audit = try String(contentsOf: service.folder.appending(path: "later"), encoding: .utf8)
    let events = try audit.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }.filter { $0["state"] as? String == "delivered" }
    #expect(events.map { $0["generation"] as? Int } == [1, 2], "\(audit)")
    #expect(events.map { $0["digest"] as? String } == [first, second].map { $0["digest"] as? String })
    // So do the lines of its output.
    #expect(ended.text.contains(#""delivery":"delivered","generation":1,"digest""#), "\(ended.text)")
  }

  /// Workers of the chain in force, of the one that loads, and of the tests.
  @Test func workersThatAreKilledKeepNoReloadFromItsEnd() throws {
    let service = try RunningService(port: 28467)
    let pid = service.process.processIdentifier
    for generation in 2...6 {
      try service.writePlugin("version \(generation)")
      let killer = Thread {
        for _ in 0..<8 {
          if let worker = RunningService.workers(of: pid).randomElement() { kill(worker, SIGKILL) }
          usleep(15_000)
        }
      }
      killer.start()
      let ended = try service.ctl("reload")
      #expect(ended.status == 0, "\(ended.errors)")
      while !killer.isFinished { usleep(1000) }
      #expect(try service.push() == (generation, "version \(generation)"))
    }
    #expect(kill(pid, 0) == 0)
    // Those of the generations before have ended.
    #expect(Program.wait(seconds: 60) { service.workers.count == 1 })
  }

  /// A stop in the middle of tests that would take their whole budget.
  @Test(arguments: [(28468, true), (28469, false)])
  func aStopWaitsForNoReload(_ port: Int, _ isSignal: Bool) throws {
    let service = try RunningService(port: port, reload: "test_budget: 3000s")
    try service.write(
      "plugins/p/init.lua",
      "return { did_receive = function() local n = 0 while true do n = n + 1 end end }")
    let cases = (0..<500).map {
      "- { name: c\($0), given: { aps: { alert: a } }, expect: { action: drop } }\n"
    }
    try service.write("plugins/p/tests/cases.yaml", cases.joined())
    let order = Program.process(["ctl", "reload", "--socket", "control.sock"])
    order.currentDirectoryURL = service.folder
    order.standardError = FileHandle.nullDevice
    if isSignal { kill(service.process.processIdentifier, SIGHUP) } else { try order.run() }
    // Its own worker, that of the generation, and that of the tests.
    #expect(Program.wait(seconds: 60) { service.workers.count == 3 })
    service.process.terminate()
    #expect(Program.wait(seconds: 60) { !service.process.isRunning })
    #expect(service.process.terminationStatus == 0, "\(service.log)")
    guard !isSignal else { return }
    order.waitUntilExit()
    #expect(order.terminationStatus == 1)
  }
}
