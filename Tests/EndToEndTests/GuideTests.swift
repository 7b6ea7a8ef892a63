import Foundation
import Testing

/// The guides' stories are true.
struct GuideTests {
  @Test func testingPluginsTakesAnAuthorFromNothingToCI() throws {
    let page = try GuidePage("TestingPlugins")
    try Program.withFolder { folder in
      var commands = 0
      var comparisons = 0
      for block in page.blocks {
        if block.words.first == "sh" {
          for line in block.body.split(separator: "\n") {
            let parts = line.components(separatedBy: "  # status ")
            let ended = try GuidePage.run(parts[0], in: folder)
            #expect(
              ended.status == Int32(parts.count > 1 ? parts[1] : "0"), "\(line): \(ended.text)\(ended.errors)"
            )
            commands += 1
            // The failure, and the warning, that the page shows is the one that the author sees.
            if !block.shown.isEmpty {
              #expect(ended.text.hasPrefix(block.shown), "\(ended.text)")
              comparisons += 1
            }
          }
        } else if block.words.count == 2 {
          try GuidePage.write(block, in: folder)
        }
      }
      #expect(commands == 18)
      #expect(comparisons == 2)
      try page.checkModes(in: folder)
      for file in [
        "coverage/index.html", "coverage.info", "tests.xml",
        "plugins/mark-news/tests/whole.snapshots/a-usual-payload.json",
      ] {
        #expect(FileManager.default.fileExists(atPath: folder.appending(path: file).path), "\(file)")
      }
      let sample = try String(contentsOf: folder.appending(path: "sample.ndjson"), encoding: .utf8)
      #expect(!sample.contains("ada") && !sample.contains("Bonn") && sample.contains("\"kind\":\"news\""))
    }
  }

  @Test func localisingTakesACatalogFromAnAppToAServer() throws {
    let page = try GuidePage("LocalisingNotifications")
    try Program.withFolder { folder in
      // What the page has from the repository.
      let copy = folder.appending(path: "plugins/localize")
      try FileManager.default.createDirectory(
        at: copy.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(at: Program.root.appending(path: "plugins/localize"), to: copy)
      var comparisons = 0
      try page.follow(in: folder) { block, text in
        guard !block.shown.isEmpty else { return }
        #expect(text == block.shown)
        comparisons += 1
      }
      #expect(comparisons == 6)
      let outcomes = try GuidePage.run("notilua run -q --emit outcomes payloads.ndjson", in: folder)
      let shown = page.text.split(separator: "\n").first { $0.hasPrefix("    {\"plugin\"") }?.dropFirst(4)
      #expect(outcomes.text.contains("\"localized\":[\(try #require(shown))]"))
    }
  }

  @Test func sendingToAPNsComesToAPushWithoutAnAccount() throws {
    let page = try GuidePage("SendingToAPNs")
    try Program.withFolder { folder in
      try page.follow(in: folder)
      let read = { (name: String) in try String(contentsOf: folder.appending(path: name), encoding: .utf8) }
      #expect(try read("accepted.ndjson").split(separator: "\n").count == 2)
      #expect(try read("gone.ndjson").contains("\"device_token\":\"bad0410000\",\"reason\":\"Unregistered\""))
    }
  }

  @Test func theFrontDoorTakesAPushToAPNs() throws {
    let page = try GuidePage("TheFrontDoor")
    try Program.withFolder { folder in
      var status = ""
      try page.follow(in: folder) { block, text in if block.body.contains("ctl status") { status = text } }
      let arrived = try String(contentsOf: folder.appending(path: "arrived.ndjson"), encoding: .utf8)
      #expect(arrived.contains("Hello (by way of Notilua)"), "\(arrived)")
      #expect(status.contains("state          running"), "\(status)")
      let log = try String(contentsOf: folder.appending(path: "serve.log"), encoding: .utf8)
      #expect(!log.contains("ab01"), "a device token is in the log: \(log)")
    }
  }

  @Test func reloadingPluginsReplacesThemAndGoesBack() throws {
    let page = try GuidePage("ReloadingPlugins")
    try Program.withFolder { folder in
      var texts: [String] = []
      try page.follow(in: folder) { block, text in
        texts.append(text)
        if block.body.contains("ctl reload"), !block.shown.isEmpty {
          #expect(text.hasPrefix(block.shown.dropLast()), "\(text)")
        }
      }
      let last = try #require(texts.last)
      #expect(last.hasPrefix("generation 1 is in force again: 1 plugin ("), "\(last)")
      #expect(last.contains("   2  kept      since ") && last.contains("   1  in force  since "), "\(last)")
      let log = try String(contentsOf: folder.appending(path: "serve.log"), encoding: .utf8)
      #expect(!log.contains("ab01"), "a device token is in the log: \(log)")
    }
  }

  @Test func theHTTPAPITakesNotificationsToAPNs() throws {
    let page = try GuidePage("TheHTTPAPI")
    try Program.withFolder { folder in
      var answers = ""
      try page.follow(in: folder) { _, text in answers += text }
      let arrived = try String(contentsOf: folder.appending(path: "arrived.ndjson"), encoding: .utf8)
      // The notification, its one repeat under a key, the stream's first line, and the test push; no more.
      let bodies = arrived.matches(of: /"body": ?"([^"]*)"/).map { String($0.1) }
      let suffix = " (by way of Notilua)"
      #expect(Set(bodies) == ["Hello" + suffix, "One" + suffix, "Does it work?" + suffix], "\(arrived)")
      #expect(bodies.filter { $0.hasPrefix("Hello") }.count == 2, "\(arrived)")
      for part in [
        #"{"id":"m1","apns_id":"#, #"{"line":1,"status":202,"id":"#, #"{"line":2,"type":"about:blank""#,
        #""pointer":"/device_token"}"#, #""outcome":"dropped"}"#, #"{"recalled":["m1","m2"]}"#,
        #""state":"running""#, #""openapi": "3.1.0""#, ": revoked", #""outcome":"delivered","generation":1,"#,
        #""plugins":[{"name":"greet""#, #""event":"accepted""#,
        #""token_name":"43e8cf3261f9f770bfe2083167a0fd8f","#,
        #"{"user":"ann","application":"chat","devices":0}"#,
        #"{"line":1,"device":"bob-phone","status":201,"result":"created"}"#,
        #""connections":2,"ignored":0}"#, #""devices":[{"device":"ann-phone","state":"connected","since":"#,
        #""connected":1,"background":1}]}"#,
        #"{"user":"ann","application":"chat","channel_type":"SYS","level":"none"}"#,
        #"{"group":"ug1","application":"chat","channel":"news","level":"mentions_of_all"}"#,
        #""start":"22:30","end":"07:00","time_zone":"Europe/Rome","level":"mentions_of_me"}"#,
        #""mutes":[{"channel_type":"GRP","target":"g1","level":"mentions"},{"channel_type":"SYS","level":"none"}]}"#,
      ] { #expect(answers.contains(part), "\(part) is not in \(answers)") }
      // Once in plain HTTP, and once with TLS.
      #expect(answers.matches(of: /"state":"running"/).count == 2, "\(answers)")
      let log = try String(contentsOf: folder.appending(path: "serve.log"), encoding: .utf8)
      let key = try String(contentsOf: folder.appending(path: "app.key"), encoding: .utf8)
      #expect(
        !log.contains("ab01") && !log.contains("ab06") && !log.contains(key.dropFirst(14).prefix(64)),
        "a secret is in the log: \(log)"
      )
    }
  }

  @Test func fromAChatServerComesToAPhone() throws {
    let page = try GuidePage("FromAChatServerToAPhone")
    try Program.withFolder { folder in
      var comparisons = 0
      var answers = ""
      try page.follow(in: folder) { block, text in
        answers += text
        guard !block.shown.isEmpty else { return }
        #expect(text == block.shown, "\(block.body)")
        comparisons += 1
      }
      #expect(comparisons == 8)
      for part in [
        #""state":"active""#, #"{"step":"permission","text":"granted: alert, badge"}"#,
        "permission  granted: alert, badge\n",
        "chain       deliver; ran: threads\nend         delivered\n",
      ] {
        #expect(answers.contains(part), "\(part) is not in \(answers)")
      }
      let arrived = try String(contentsOf: folder.appending(path: "arrived.ndjson"), encoding: .utf8)
      let pushes = arrived.split(separator: "\n").filter { $0.contains("\"event\":\"accepted\"") }
      #expect(pushes.count == 4 && pushes.allSatisfy { $0.contains("\"token\":\"ab01\"") }, "\(arrived)")
      // Both places where clients look for the message that is recalled.
      let last = try #require(pushes.last)
      #expect(last.contains(#""rc-dlt-identifier":"5FSClm2gQ9V9BZ-kUZn58B""#))
      #expect(last.contains(#""appData":"{\"rc-dlt-identifier\":\"5FSClm2gQ9V9BZ-kUZn58B\"}""#), "\(last)")
      let log = try String(contentsOf: folder.appending(path: "serve.log"), encoding: .utf8)
      #expect(!log.contains("ab01"), "a device token is in the log: \(log)")
    }
  }

  @Test func designingANotificationComesToPicturesAndTests() throws {
    let page = try GuidePage("DesigningANotification")
    try Program.withFolder { folder in
      var texts: [String] = []
      try page.follow(in: folder) { block, text in
        texts.append(text)
        if !block.shown.isEmpty { #expect(text == block.shown) }
      }
      #expect(texts.count == 3)
      #expect(
        texts[2].contains("2 passed") && texts[2].contains("1 plugin, 0 errors, 0 warnings"), "\(texts[2])")
      for (name, head) in [
        ("flight.png", "\u{89}PNG"), ("locked.svg", "<?xml"), ("flight.html", "<!DOCTYPE html>"),
      ] {
        let bytes = try Data(contentsOf: folder.appending(path: name))
        #expect(bytes.starts(with: Data(head.unicodeScalars.map { UInt8($0.value) })), "\(name)")
      }
    }
  }

  /// Every recipe of every page that writes a secret does so for its owner alone.
  @Test func recipesLeaveNoSecretReadable() throws {
    let root = Program.root
    let pages = ["README.md"] + (try Self.files("Sources/Notilua/Notilua.docc", ".md"))
    let targets = ["CatalogCommands", "CommandLineTool", "CredentialCommands", "ServiceCommands"]
    let help = try targets.flatMap { try Self.files("Sources/\($0)", ".swift") }
    let writes =
      /openssl (rand|genpkey|genrsa|ecparam|req|pkcs12)[^`]*(>|-out|-keyout)|sqlite3 [^`]*\.backup|outbox export[^`|]*>/
    var recipes: [String] = []
    for page in pages + help {
      for line in try String(contentsOf: root.appending(path: page), encoding: .utf8).split(separator: "\n")
      where line.firstMatch(of: writes) != nil {
        #expect(line.contains("umask 077"), "\(page): \(line)")
        recipes.append(String(line))
      }
    }
    #expect(recipes.count >= 6)
    // Those that need nothing else are run.
    try Program.withFolder { folder in
      for recipe in recipes {
        guard let command = recipe.firstMatch(of: /\(umask 077[^)]*openssl rand[^)]*\)/)?.0 else { continue }
        #expect(try GuidePage.run(String(command), in: folder).status == 0)
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(names.sorted() == ["chat.pass", "inbox.key"])
      for name in names {
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.appending(path: name).path)
        #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
      }
    }
  }

  private static func files(_ folder: String, _ suffix: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: Program.root.appending(path: folder).path)
      .filter { $0.hasSuffix(suffix) }.map { "\(folder)/\($0)" }.sorted()
  }

  @Test func operatingTheOutboxBringsEachMessageToItsEnd() throws {
    let page = try GuidePage("OperatingTheOutbox")
    try Program.withFolder { folder in
      var comparisons = 0
      var texts: [String] = []
      try page.follow(in: folder) { block, text in
        texts.append(text)
        guard !block.shown.isEmpty else { return }
        // How old they are is another matter on a slow machine.
        let age = /\b\d s\b/
        let written =
          text.split(separator: "\n").suffix(block.shown.split(separator: "\n").count)
          .joined(separator: "\n") + "\n"
        #expect(written.replacing(age, with: "0 s") == block.shown.replacing(age, with: "0 s"))
        comparisons += 1
      }
      #expect(comparisons == 2)
      #expect(texts.count == 6)
      #expect(texts[5].contains("box.copy"))
      let states = texts[3].split(separator: "\n").compactMap { line -> String? in
        let event = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return event.flatMap { event in (event["state"] as? String).map { "\(event["id"] ?? "") \($0)" } }
      }
      #expect(Set(states) == ["m1 delivered", "m2 withdrawn", "m3 dead"], "\(texts[3])")
      #expect(
        texts[4].contains("BadTopic (400)") && texts[4].hasSuffix("1 requeued\n1 purged\n"), "\(texts[4])")
      let arrived = try String(contentsOf: folder.appending(path: "arrived.ndjson"), encoding: .utf8)
      #expect(arrived.split(separator: "\n").count == 1 && !arrived.contains("135790"))
    }
  }

  @Test func watchingItRunShowsTheNumbersOfARun() throws {
    let page = try GuidePage("WatchingItRun")
    try Program.withFolder { folder in
      var comparisons = 0
      try page.follow(in: folder) { block, text in
        guard !block.shown.isEmpty else { return }
        #expect(text == block.shown)
        comparisons += 1
      }
      #expect(comparisons == 1)
      // Each alert of the page is one of the example, and the other way round.
      let alerts = try String(
        contentsOf: Program.root.appending(path: "examples/7-monitoring/alerts.yaml"), encoding: .utf8)
      let written = Set(alerts.matches(of: /- alert: (\w+)/).map { String($0.1) })
      let told = Set(page.text.matches(of: /\n\| `(Notilua\w+)` \|/).map { String($0.1) })
      #expect(written == told && written.count == 11)
    }
  }
}
