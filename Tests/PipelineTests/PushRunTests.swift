import ConfigurationFiles
import Delivery
import DeliveryTesting
import EventLoop
import Foundation
import LosslessJSON
import NotificationModel
import Notilua
import Outbox
import Pipeline
import Testing

/// Pushes that came as requests pass through the chain as values: no text of an envelope is made of them.
struct PushRunTests {
  private final class Receiver: FateReceiver {
    let wantsOrder = false
    var takeBack: (Int) -> Bool = { _ in false }
    var fates: [Int: NotificationFate] = [:]
    var onFates: () -> Void = {}
    func settle(_ fates: [LineFate]) {
      for fate in fates { self.fates[fate.line] = fate.fate }
      onFates()
    }
  }

  private static let worker: String = {
    var url = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent()
    while !FileManager.default.fileExists(atPath: url.appending(path: "notilua-worker").path), url.path != "/"
    {
      url.deleteLastPathComponent()
    }
    return url.appending(path: "notilua-worker").path
  }()

  /// Says what it sees of the request, drops, faults and recalls as the title asks.
  private static let plugin = """
    return { did_receive = function(request, content)
      if content.title == "drop" then return notilua.drop("x") end
      if content.title == "fault" then error("no") end
      if content.title == "recall" then notilua.withdraw(content.body) return notilua.drop("recall") end
      content.body = table.concat({ request.topic, request.push_type, request.identifier,
        request.device_token or "-", request.environment, request.priority or "-" }, " ")
    end }
    """

  /// One run over pushes in memory.
  private final class Trial {
    let receiver = Receiver()
    let reactor: Reactor
    let sink: MemorySink
    var options = Run.Options()
    var configuration = "workers: 1\n"
    let folder = FileManager.default.temporaryDirectory.appending(path: "notilua-\(UUID().uuidString)")

    init() throws {
      reactor = try Reactor()
      sink = MemorySink(on: reactor)
      options.errors = -1
      options.showsSummary = false
      options.output = open("/dev/null", O_WRONLY | O_CLOEXEC)
      options.emission = .deliveries
      options.catchStops = {
        RunStops(descriptor: -1, count: { 0 }, last: { SIGTERM }, acknowledge: {})
      }
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
      close(options.output)
      try? FileManager.default.removeItem(at: folder)
    }

    func run(_ pushes: [Push]) throws {
      try Data(PushRunTests.plugin.utf8).write(to: folder.appending(path: "p.lua"))
      let configuration = try Configuration(
        yaml: "plugins: [{ path: p.lua }]\n\(configuration)", name: "c", folder: folder.path + "/")
      if options.queue == nil {
        options.queue = MemoryQueue(sink, MemoryQueue.Options(), on: reactor)
      }
      let source = MemoryPushes(pushes)
      source.fateReceiver = receiver
      options.inputs = [.source(source, name: "door")]
      try Run(options, configuration: configuration, executable: PushRunTests.worker, on: reactor).run()
    }
  }

  private static func alert(_ title: String, _ body: String = "b") -> String {
    #"{"aps":{"alert":{"title":"\#(title)","body":"\#(body)"}},"k":[1, 2.50]}"#
  }

  @Test func pluginsSeeTheRequest() throws {
    let trial = try Trial()
    try trial.run([
      try MemoryPushes.push("m1", payload: Self.alert("x"), headers: [.priority: "5"])
    ])
    let push = try #require(trial.sink.delivered.first)
    let body = "com.example.app alert m1 name-of-ab production 5"
    #expect(
      String(decoding: push.payload, as: UTF8.self)
        == #"{"aps":{"alert":{"title":"x","body":"\#(body)"}},"k":[1, 2.50]}"#)
    #expect(push.deviceToken == "ab" && push.headers.topic == "com.example.app")
    #expect(
      push.headers.collapseID == "m1" && push.headers.priority == "5" && push.environment == .production)
    #expect(trial.receiver.fates == [1: .ended(.delivered)])
  }

  /// What no plugin touches keeps its bytes, lines and all.
  @Test func whatIsUnchangedKeepsItsBytes() throws {
    let trial = try Trial()
    let payload = "{\r\n \"aps\" : {\"alert\":{\"title\":\"fault\"}},\n\"n\":1e0}"
    try trial.run([try MemoryPushes.push("m1", payload: payload)])
    #expect(trial.sink.delivered.map { String(decoding: $0.payload, as: UTF8.self) } == [payload])
  }

  /// A payload with the members of an envelope is a payload all the same.
  @Test func aPayloadIsNoEnvelope() throws {
    let trial = try Trial()
    let payload =
      #"{"aps":{"alert":{"title":"fault"}},"device_token":"ff","payload":{"aps":{}},"headers":{"apns-topic":"x"},"id":"z"}"#
    try trial.run([try MemoryPushes.push("m1", payload: payload)])
    let push = try #require(trial.sink.delivered.first)
    #expect(push.deviceToken == "ab" && push.headers.topic == "com.example.app" && push.identifier == "m1")
    #expect(push.names.allSatisfy { !$0.contains("z") || $0 == push.apnsID })
    #expect(push.payload == Array(payload.utf8))
  }

  /// A plugin that faults on one app's pushes goes on with those of another.
  @Test func quarantineIsOfOneApp() throws {
    let trial = try Trial()
    trial.configuration = "workers: 1\nquarantine: { after: 3, for: 1h }\n"
    var pushes: [Push] = []
    for number in 0..<40 {
      pushes.append(
        try MemoryPushes.push("a\(number)", topic: "com.example.bad", payload: Self.alert("fault")))
      pushes.append(try MemoryPushes.push("b\(number)", topic: "com.example.good", payload: Self.alert("x")))
    }
    // The bad app's own good push finds the plugin in quarantine.
    pushes.append(try MemoryPushes.push("last", topic: "com.example.bad", payload: Self.alert("x")))
    try trial.run(pushes)
    let bodies = Dictionary(grouping: trial.sink.delivered, by: \.headers.topic).mapValues {
      $0.count { String(decoding: $0.payload, as: UTF8.self).contains("name-of-ab") }
    }
    #expect(bodies["com.example.good"] == 40)
    #expect(bodies["com.example.bad"] == 0)
  }

  /// Two apps with equal ids do not touch each other, in memory and in the outbox.
  @Test(arguments: [true, false]) func aRecallReachesItsOwnApp(_ isDurable: Bool) throws {
    let trial = try Trial()
    trial.sink.answer = { _ in .retry(after: .milliseconds(300), why: DeliveryFailure("Busy", "busy")) }
    if isDurable {
      trial.options.queue = try Outbox(
        trial.folder.appending(path: "outbox").path, OutboxOptions(), sink: trial.sink, audit: nil,
        on: trial.reactor)
    }
    trial.receiver.onFates = {
      // Once the recall is safe, the sink takes what comes.
      if trial.receiver.fates[3] != nil { trial.sink.answer = { _ in .done } }
    }
    try trial.run([
      try MemoryPushes.push("m1", topic: "com.example.one", payload: Self.alert("x")),
      try MemoryPushes.push("m1", topic: "com.example.two", payload: Self.alert("x")),
      try MemoryPushes.push("r", topic: "com.example.one", payload: Self.alert("recall", "m1")),
    ])
    #expect(trial.receiver.fates[3] == .dropped)
    #expect(trial.sink.delivered.map(\.headers.topic) == ["com.example.two"])
  }
}
