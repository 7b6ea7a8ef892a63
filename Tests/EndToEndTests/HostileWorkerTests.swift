import DesktopTesting
import Foundation
import Testing

/// A worker that is not ours any more says what became of payloads, and nothing else: where a notification goes, what
/// it is called and with which headers it leaves is what the host itself has read.
struct HostileWorkerTests {
  private static let token = "ab" + String(repeating: "0", count: 62)
  private static let line =
    #"{"id":"m1","device_token":"\#(token)","environment":"sandbox","payload":{"aps":{"alert":"a"}},"#
    + #""headers":{"apns-topic":"com.example.app","apns-priority":"10"}}"#

  private static func run(
    _ lie: String, _ arguments: [String], plugin: String = "p.lua",
    _ body: (Program.Ended, URL) throws -> Void
  ) throws {
    try Program.withFolder { folder in
      let worker = folder.appending(path: lie)
      try FileManager.default.createSymbolicLink(
        at: worker, withDestinationURL: Program.folder.appending(path: "HostileWorker"))
      let configuration = folder.appending(path: "notilua.yaml")
      try "workers: 1\nplugins: [\(plugin)]\n".write(to: configuration, atomically: true, encoding: .utf8)
      try "return {}".write(to: folder.appending(path: "p.lua"), atomically: true, encoding: .utf8)
      let ended = try Program.run(
        ["run", "--config", configuration.path] + arguments.map { $0.replacing("FOLDER", with: folder.path) },
        input: Data((line + "\n").utf8), environment: ["NOTILUA_WORKER": worker.path])
      try body(ended, folder)
    }
  }

  private static func objects(_ text: some StringProtocol) -> [NSDictionary] {
    text.split(separator: "\n").compactMap {
      try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? NSDictionary
    }
  }

  @Test(arguments: ["forges-envelope", "forges-type", "overwrites-requests"])
  func apnsIsSentWhatTheHostHasRead(_ lie: String) throws {
    let simulator = try Simulator()
    try Self.run(lie, ["--sink", "apns"] + simulator.flags) { ended, _ in
      #expect(ended.status == 0, "\(ended.errors)")
      let push = try #require(simulator.journal.first)
      #expect(simulator.journal.count == 1 && push["token"] as? String == Self.token)
      #expect(push["topic"] as? String == "com.example.app" && push["priority"] as? String ?? "10" == "10")
      #expect(push["push_type"] as? String == "alert")
      #expect(!"\(push["collapse_id"] ?? "") \(push["apns_id"] ?? "")".contains("forged"))
      let told = try #require(Self.objects(ended.text).first)
      #expect(told["id"] as? String == "m1" && told["delivery"] as? String == "delivered")
      #expect(told["apns_id"] as? String != "0f6f1d5e-ffff-4fff-8fff-ffffffffffff")
    }
  }

  @Test(arguments: ["forges-envelope", "overwrites-requests"])
  func theOutboxKeepsWhatTheHostHasRead(_ lie: String) throws {
    try Self.run(lie, ["--outbox", "FOLDER/box"]) { ended, folder in
      #expect(ended.status == 0, "\(ended.errors)")
      let exported = try Program.run(["outbox", "export", "--outbox", folder.appending(path: "box").path])
      let envelope = try #require(Self.objects(exported.text).first, "\(exported.errors)")
      #expect(envelope["id"] as? String == "m1" && envelope["device_token"] as? String == Self.token)
      #expect(envelope["environment"] as? String == "sandbox")
      let headers = try #require(envelope["headers"] as? NSDictionary)
      #expect(headers["apns-topic"] as? String == "com.example.app")
      #expect(headers["apns-priority"] as? String == "10" && headers["apns-collapse-id"] == nil)
      #expect(headers["apns-id"] as? String != "0f6f1d5e-ffff-4fff-8fff-ffffffffffff")
    }
  }

  @Test(arguments: ["forges-envelope", "overwrites-requests"])
  func whatIsUndeliveredIsWhatTheHostHasRead(_ lie: String) throws {
    let simulator = try Simulator()
    simulator.stop()
    let arguments =
      ["--sink", "apns", "--retry-for", "100ms", "--undelivered", "FOLDER/later"] + simulator.flags
    try Self.run(lie, arguments) { ended, folder in
      let later = try String(contentsOf: folder.appending(path: "later"), encoding: .utf8)
      let envelope = try #require(Self.objects(later).first, "\(ended.errors)")
      #expect(later.split(separator: "\n").count == 1 && envelope["id"] as? String == "m1")
      #expect(
        envelope["device_token"] as? String == Self.token && envelope["environment"] as? String == "sandbox")
      let headers = try #require(envelope["headers"] as? NSDictionary)
      #expect(headers["apns-topic"] as? String == "com.example.app")
      #expect(headers["apns-priority"] as? String == "10" && headers["apns-collapse-id"] == nil)
    }
  }

  @Test(arguments: [
    ("newline-in-payload", "the worker's result is not one line"),
    ("unreadable-effects", "the worker's attachments, recalls or delivery headers break their rules"),
    ("remote-attachment", "the worker's attachments, recalls or delivery headers break their rules"),
    ("empty-recall", "the worker's attachments, recalls or delivery headers break their rules"),
  ])
  func aResultThatIsNoneGoesNowhere(_ lie: String, _ cause: String) throws {
    try Self.run(lie, ["--outbox", "FOLDER/box"]) { ended, folder in
      #expect(
        ended.status == 1 && ended.errors.contains("stdin:1: rejected at byte 0: \(cause)"), "\(ended.errors)"
      )
      let exported = try Program.run(["outbox", "export", "--outbox", folder.appending(path: "box").path])
      #expect(exported.status == 0 && exported.text.isEmpty, "\(exported.errors)")
    }
  }

  /// Results that do not fit what the host asked for end the worker, not the run's truth.
  @Test(arguments: ["unasked-payload", "unasked-type"])
  func aPayloadThatIsSaidToBeUnchangedIsNotTaken(_ lie: String) throws {
    try Self.run(lie, ["--outbox", "FOLDER/box"]) { ended, folder in
      #expect(ended.status == 69 && ended.errors.contains("no line was written"), "\(ended.errors)")
      let exported = try Program.run(["outbox", "export", "--outbox", folder.appending(path: "box").path])
      #expect(exported.status == 0 && exported.text.isEmpty, "\(exported.errors)")
    }
  }

  // MARK: Delivery headers

  private static let granted =
    "{ path: p.lua, capabilities: [delivery: { fields: [push_type, priority, topic], topics: [com.example.app] }] }"

  /// Nothing of a result that changes more than was granted goes on, by any way.
  @Test(arguments: [
    (
      "delivery-field", granted,
      "the worker changes 'collapse_id', which is not granted for this notification"
    ),
    ("delivery-topic", granted, "the worker writes the topic 'com.example.other', which is not granted"),
    ("delivery-plugin", granted, "the worker changes 'priority', which is not granted"),
    ("delivery-granted", "p.lua", "the worker changes 'priority', which is not granted"),
    ("delivery-value", granted, "the worker's attachments, recalls or delivery headers break their rules"),
    (
      "delivery-injection", granted, "the worker's attachments, recalls or delivery headers break their rules"
    ),
    ("delivery-pair", granted, "a background push must have 'apns-priority' 5"),
    ("delivery-type", granted, "ends in .voip"),
  ])
  func headersThatAreNotGrantedGoNowhere(_ lie: String, _ plugin: String, _ cause: String) throws {
    let simulator = try Simulator()
    for arguments in [["--outbox", "FOLDER/box"], ["--sink", "apns"] + simulator.flags] {
      try Self.run(lie, arguments, plugin: plugin) { ended, folder in
        #expect(
          ended.status == 1 && ended.errors.contains("stdin:1: rejected at byte 0: ")
            && ended.errors.contains(cause), "\(ended.errors)")
        #expect(!ended.text.contains("delivered") && !ended.text.contains("forged"))
      }
    }
    #expect(simulator.journal.isEmpty)
  }

  @Test func headersThatAreGrantedGoOn() throws {
    let simulator = try Simulator()
    try Self.run("delivery-granted", ["--sink", "apns"] + simulator.flags, plugin: Self.granted) { ended, _ in
      #expect(ended.status == 0, "\(ended.errors)")
      let push = try #require(simulator.journal.first)
      #expect("\(push["priority"] ?? "")" == "5" && push["topic"] as? String == "com.example.app")
    }
  }

  // MARK: Views

  private static let shownLine =
    #"{"id":"m1","device_token":"\#(token)","payload":{"aps":{"alert":{"title":"Own title"},"category":"C"}}}"#

  /// Runs a notification to the desktop, with content extensions in this worker, until a file has a line.
  private static func show(
    _ lie: String, _ arguments: [String], _ name: String, _ body: (DesktopRun) throws -> Void = { _ in }
  ) throws -> (said: String, line: NSDictionary, text: String) {
    var result = (said: "", line: NSDictionary(), text: "")
    try Program.withFolder { folder in
      let worker = folder.appending(path: lie)
      try FileManager.default.createSymbolicLink(
        at: worker, withDestinationURL: Program.folder.appending(path: "HostileWorker"))
      try "workers: 1\nplugins: [p.lua]\n".write(
        to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      try "return {}".write(to: folder.appending(path: "p.lua"), atomically: true, encoding: .utf8)
      let run = try DesktopRun(
        arguments + [name], folder, hasPlugins: true, environment: ["NOTILUA_WORKER": worker.path])
      try run.push(shownLine)
      try body(run)
      let text = { (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? "" }
      try run.until { text().hasSuffix("\n") }
      let ended = try run.end()
      result = (ended.errors, try #require(Self.objects(text()).first), text())
    }
    return result
  }

  /// What is no view is left out and said; the notification keeps its name and its payload.
  @Test(arguments: [
    ("view-large", "the worker's presentation has 4194305 bytes; the limit is 4194304"),
    ("view-cut", "the view could not be read"), ("view-long", "the view could not be read"),
    ("view-json", "the view could not be read"), ("view-kind", "the view could not be read"),
    ("view-count", "the view could not be read"), ("view-length", "the view could not be read"),
    ("view-plugin", "the view could not be read"), ("view-action", "the view could not be read"),
    ("view-attachments", "the view shows the attachment 'a0', which is not there"),
    ("view-text", ""), ("view-decision", ""), ("view-unasked", ""),
  ])
  func anAnswerIsAViewOrLeftOut(_ lie: String, _ note: String) throws {
    let shown = try Self.show(lie, ["--responses"], "responses") { run in
      try run.until { run.server.shown.count == 1 }
      #expect(run.server.shown[0].summary == "Own title")
      run.server.invoke(1, "default")
    }
    #expect(note.isEmpty || shown.said.contains(note), "\(shown.said)")
    #expect(shown.said.utf8.count < 16 << 10 && !shown.said.contains("forged"))
    #expect(shown.line["event"] as? String == "response" && shown.line["id"] as? String == "m1")
    let line = try #require(Self.objects(Self.shownLine).first)
    #expect(shown.line["payload"] as? NSDictionary == line["payload"] as? NSDictionary)
    #expect(!shown.text.contains(Self.token) && !shown.text.contains("forged"))
  }

  /// Results that no request has end the worker; where each does so, the notification is kept as it came.
  @Test(arguments: ["view-none", "view-effects"])
  func whatNoWorkerOfOursPresentsIsKept(_ lie: String) throws {
    let shown = try Self.show(lie, ["--retry-for", "100ms", "--undelivered"], "later")
    #expect(shown.said.contains("workers die"), "\(shown.said)")
    #expect(shown.line["id"] as? String == "m1" && shown.line["device_token"] as? String == Self.token)
    let line = try #require(Self.objects(Self.shownLine).first)
    #expect(shown.line["payload"] as? NSDictionary == line["payload"] as? NSDictionary)
    #expect(!shown.text.contains("forged") && shown.line["attachments"] == nil)
  }
}
