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
      if content.title == "topic" then request.topic = content.body return end
      if content.title == "collapse" then request.collapse_id = content.body request.priority = 5 return end
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
    var capabilities = ""
    var worker = PushRunTests.worker
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
        yaml: "plugins: [{ path: p.lua, capabilities: [\(capabilities)] }]\n\(configuration)", name: "c",
        folder: folder.path + "/")
      if options.queue == nil {
        options.queue = MemoryQueue(sink, MemoryQueue.Options(), on: reactor)
      }
      let source = MemoryPushes(pushes)
      source.fateReceiver = receiver
      options.inputs = [.source(source, name: "door")]
      try Run(options, configuration: configuration, executable: worker, on: reactor).run()
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

  private static let grant =
    "delivery: { fields: [topic, collapse_id, priority], topics: [com.example.app, com.example.talk] }"

  /// Its names stay those of its sender, and those of its sender's app; the new collapse id is one more.
  @Test func aPluginChangesTheDelivery() throws {
    let trial = try Trial()
    trial.capabilities = Self.grant
    var other = try MemoryPushes.push("m2", payload: Self.alert("topic", "com.example.talk"))
    other.topics = .apps(["com.example.app", "com.example.talk"])
    try trial.run([try MemoryPushes.push("m1", payload: Self.alert("collapse", "new")), other])
    let pushes = trial.sink.delivered
    #expect(
      pushes.map(\.headers.collapseID) == ["new", "m2"] && pushes.map(\.headers.priority) == ["5", nil])
    #expect(pushes.map(\.headers.topic) == ["com.example.app", "com.example.talk"])
    #expect(pushes.map(\.identifier) == ["m1", "m2"] && pushes.allSatisfy { $0.app == "com.example.app" })
    let names = try #require(pushes.first?.names)
    for name in ["m1", "new"] {
      #expect(names.contains(name) && names.contains(NotificationName.text(name, of: "com.example.app")))
    }
    #expect(pushes.last?.names.contains(NotificationName.text("m2", of: "com.example.talk")) == false)
    #expect(trial.receiver.fates == [1: .ended(.delivered), 2: .ended(.delivered)])
  }

  /// The grant is for two apps, and the key of the sender for one.
  @Test func aSenderReachesNoTopicByAPlugin() throws {
    let trial = try Trial()
    trial.capabilities = Self.grant
    var pushes: [Push] = []
    for (topics, wanted) in [
      (PushTopics.apps(["com.example.app"]) as PushTopics?, "com.example.talk"), (nil, "com.example.talk"),
      (.listed(["com.example.app"]), "com.example.app.voip"),
      (.apps(["com.example.app"]), "com.example.app.voip"),
    ] {
      var push = try MemoryPushes.push("m", payload: Self.alert("topic", wanted))
      push.topics = topics
      pushes.append(push)
    }
    try trial.run(pushes)
    // The fault is the plugin's, and each goes on as it was before.
    #expect(
      trial.sink.delivered.map(\.headers.topic) == [
        "com.example.app", "com.example.app", "com.example.app", "com.example.app.voip",
      ])
    #expect(trial.receiver.fates.values.allSatisfy { $0 == .ended(.delivered) })
    #expect(trial.receiver.fates.count == 4)
  }

  /// A worker that is not ours any more writes it all the same, and the host refuses it.
  @Test func aWorkerThatLiesReachesNoTopicEither() throws {
    let trial = try Trial()
    trial.capabilities = "delivery: { fields: [topic], topics: [com.example.app, com.example.other] }"
    trial.worker = trial.folder.appending(path: "delivery-topic").path
    let program = URL(fileURLWithPath: Self.worker).deletingLastPathComponent()
    try FileManager.default.createSymbolicLink(
      atPath: trial.worker, withDestinationPath: program.appending(path: "HostileWorker").path)
    let pushes = try [
      PushTopics.apps(["com.example.app"]) as PushTopics?, .apps(["com.example.app", "com.example.other"]),
    ].map { topics in
      var push = try MemoryPushes.push("m", payload: Self.alert("x"))
      push.topics = topics
      return push
    }
    try trial.run(pushes)
    guard case .rejected(let why) = trial.receiver.fates[1] else {
      Issue.record("\(trial.receiver.fates)")
      return
    }
    #expect(why.contains("'com.example.other' is none that the sender of the push may push to"), "\(why)")
    #expect(trial.sink.delivered.map(\.headers.topic) == ["com.example.other"])
  }

  /// A recall by the new collapse id, and by the sender's, reaches it in memory and in the outbox.
  @Test(arguments: [true, false], ["m1", "new"])
  func aRecallReachesAChangedPush(_ isDurable: Bool, _ name: String) throws {
    let trial = try Trial()
    trial.capabilities = Self.grant
    trial.sink.answer = { _ in .retry(after: .milliseconds(300), why: DeliveryFailure("Busy", "busy")) }
    if isDurable {
      trial.options.queue = try Outbox(
        trial.folder.appending(path: "outbox").path, OutboxOptions(), sink: trial.sink, audit: nil,
        on: trial.reactor)
    }
    trial.receiver.onFates = {
      // Once the recall is safe, the sink takes what comes.
      if trial.receiver.fates[2] != nil { trial.sink.answer = { _ in .done } }
    }
    try trial.run([
      try MemoryPushes.push("m1", payload: Self.alert("collapse", "new")),
      try MemoryPushes.push("r", payload: Self.alert("recall", name)),
    ])
    #expect(trial.receiver.fates[2] == .dropped && trial.sink.delivered.isEmpty)
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
