import ConfigurationFiles
import Delivery
import DeliveryTesting
import EventLoop
import Foundation
import LosslessJSON
import NotificationModel
import Notilua
import Pipeline
import PrometheusMetrics
import Testing

/// A run tells its source what became of each notification, once, however it ends.
struct RunTests {
  /// A receiver that counts.
  private final class Receiver: FateReceiver {
    let wantsOrder: Bool
    private(set) var fates: [LineFate] = []
    var onFates: () -> Void = {}
    var takeBack: (Int) -> Bool = { _ in false }

    init(wantsOrder: Bool) { self.wantsOrder = wantsOrder }

    func settle(_ fates: [LineFate]) {
      self.fates += fates
      onFates()
    }

    func count(_ isMeant: (NotificationFate) -> Bool) -> Int { fates.count { isMeant($0.fate) } }

    /// How often each kind of fate came.
    var kinds: [String: Int] {
      fates.reduce(into: [:]) { $0[Self.kind($1.fate), default: 0] += 1 }
    }

    private static func kind(_ fate: NotificationFate) -> String {
      switch fate {
      case .dropped: "dropped"
      case .rejected: "rejected"
      case .accepted: "accepted"
      case .ended(.delivered): "delivered"
      case .ended(.refused): "refused"
      case .ended(.undelivered): "undelivered"
      case .ended(.expired): "expired"
      case .ended(.withdrawn): "withdrawn"
      case .abandoned: "abandoned"
      }
    }
  }

  /// Signals that a test sends.
  private final class Signals {
    private var ends: [Int32] = [-1, -1]
    private(set) var count = 0

    init() {
      _ = pipe(&ends)
      for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    }

    deinit { for end in ends { close(end) } }

    func send() {
      count += 1
      _ = write(ends[1], "x", 1)
    }

    var stops: RunStops {
      RunStops(
        descriptor: ends[0], count: { self.count }, last: { SIGTERM },
        acknowledge: { [end = ends[0]] in
          var byte: UInt8 = 0
          while read(end, &byte, 1) == 1 {}
        })
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

  private static let plugin = """
    return { did_receive = function(_, content)
      if content.title == "drop" then return notilua.drop("x") end
      if content.title == "fault" then error("no") end
      if content.title == "slow" then local t = os.clock() + 0.02 while os.clock() < t do end end
      content.body = "seen"
    end }
    """

  /// One run over lines in memory.
  private final class Trial {
    let receiver: Receiver
    let reactor: Reactor
    let signals = Signals()
    var options = Run.Options()
    var policy = "skip"
    private let lines: [[UInt8]]

    init(_ lines: [String], wantsOrder: Bool) throws {
      reactor = try Reactor()
      receiver = Receiver(wantsOrder: wantsOrder)
      self.lines = lines.map { Array($0.utf8) }
      options.errors = -1
      options.showsSummary = false
      options.catchStops = { [signals] in signals.stops }
    }

    func run(limit: Int = 1 << 20) throws {
      let folder = FileManager.default.temporaryDirectory.appending(path: "notilua-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      try Data(RunTests.plugin.utf8).write(to: folder.appending(path: "p.lua"))
      let configuration = try Configuration(
        yaml: "plugins: [{ path: p.lua, on_fault: \(policy) }]\nworkers: 2\n", name: "c",
        folder: folder.path + "/")
      let source = MemorySource(lines, limit: limit)
      source.fateReceiver = receiver
      options.inputs = [.source(source, name: "memory")]
      try Run(
        options, configuration: configuration, executable: RunTests.worker, on: reactor
      ).run()
    }

    /// Expects that each line was told of once, and in order where that was asked for.
    func checkOnce() {
      #expect(receiver.fates.count == Set(receiver.fates.map(\.line)).count)
      if receiver.wantsOrder { #expect(receiver.fates.map(\.line) == receiver.fates.map(\.line).sorted()) }
    }
  }

  private static func line(_ number: Int, _ title: String = "x") -> String {
    #"{"id":"m\#(number)","device_token":"ab","payload":{"aps":{"alert":{"title":"\#(title)","body":"b"}}}}"#
  }

  /// Ten of each kind that the chain tells apart.
  private static func mixed(_ count: Int) -> [String] {
    (0..<count).map { number in
      switch number % 4 {
      case 0: line(number, "drop")
      case 1: "no notification"
      default: line(number)
      }
    }
  }

  private static func output(_ path: String = "/dev/null") -> Int32 { open(path, O_WRONLY | O_CLOEXEC) }

  // MARK: Lines

  @Test(arguments: [true, false], [Run.Emission.payloads, .outcomes])
  func everyLineHasItsFate(_ wantsOrder: Bool, _ emission: Run.Emission) throws {
    let trial = try Trial(Self.mixed(4000), wantsOrder: wantsOrder)
    trial.options.output = Self.output()
    defer { close(trial.options.output) }
    trial.options.emission = emission
    try trial.run()
    trial.checkOnce()
    #expect(trial.receiver.kinds == ["dropped": 1000, "rejected": 1000, "delivered": 2000])
  }

  /// Who asks the registry has the numbers of the run without any file, however it ends.
  @Test(arguments: ["/dev/null", "/dev/full"]) func theRegistryHasTheNumbersOfTheRun(_ output: String) throws
  {
    let trial = try Trial(Self.mixed(4000), wantsOrder: true)
    trial.options.output = Self.output(output)
    defer { close(trial.options.output) }
    let registry = MetricRegistry()
    var isLast = false
    trial.options.metering = .init(registry)
    trial.options.metering?.atEnd = { isLast = true }
    do { try trial.run() } catch { #expect(output == "/dev/full") }
    #expect(isLast)
    let text = registry.text(.openMetrics)
    func number(_ sample: String) -> Int? {
      text.split(separator: "\n").first { $0.hasPrefix(sample + " ") }
        .flatMap { Int($0.dropFirst(sample.count + 1)) }
    }
    guard output == "/dev/null" else { return }
    #expect(number("notilua_received_total") == 4000)
    for (outcome, count) in [("dropped", 1000), ("rejected", 1000), ("delivered", 2000)] {
      #expect(number("notilua_notifications_total{outcome=\"\(outcome)\"}") == count)
    }
    #expect(number("notilua_plugin_drops_total{plugin=\"p\"}") == 1000)
  }

  @Test func aLineThatIsTooLongIsRejected() throws {
    let trial = try Trial(
      [Self.line(1), String(repeating: "x", count: 5000), Self.line(2)], wantsOrder: true)
    trial.options.output = Self.output()
    defer { close(trial.options.output) }
    try trial.run(limit: 1000)
    trial.checkOnce()
    #expect(trial.receiver.fates.map(\.line) == [1, 2, 3])
    #expect(trial.receiver.kinds == ["delivered": 2, "rejected": 1])
  }

  @Test(arguments: [true, false]) func aClosedOutputLeavesTheRest(_ wantsOrder: Bool) throws {
    let trial = try Trial(Self.mixed(20_000), wantsOrder: wantsOrder)
    let pipe = Pipe()
    trial.options.output = pipe.fileHandleForWriting.fileDescriptor
    try pipe.fileHandleForReading.close()
    try trial.run()
    trial.checkOnce()
    // Nothing was delivered, and what was read has been told of.
    #expect(trial.receiver.kinds["delivered"] == nil)
    #expect((trial.receiver.kinds["abandoned"] ?? 0) > 0)
  }

  @Test func aFullDiskLeavesTheRest() throws {
    let trial = try Trial(Self.mixed(2000), wantsOrder: true)
    trial.options.output = Self.output("/dev/full")
    defer { close(trial.options.output) }
    #expect(throws: HostError.self) { try trial.run() }
    trial.checkOnce()
    #expect(trial.receiver.kinds["delivered"] == nil)
  }

  @Test(arguments: [true, false]) func aHaltLeavesWhatStandsBehindIt(_ wantsOrder: Bool) throws {
    let lines = (1...99).map { Self.line($0) } + [Self.line(100, "fault")] + (101...500).map { Self.line($0) }
    let trial = try Trial(lines, wantsOrder: wantsOrder)
    trial.policy = "halt"
    trial.options.output = Self.output()
    defer { close(trial.options.output) }
    try trial.run()
    trial.checkOnce()
    #expect(trial.receiver.kinds["delivered"] == 99)
    #expect(trial.receiver.kinds["rejected"] == 1)
    #expect(trial.receiver.kinds["abandoned"] ?? 0 == trial.receiver.fates.count - 100)
  }

  @Test(arguments: [true, false]) func aStopFinishesWhatWasRead(_ wantsOrder: Bool) throws {
    let trial = try Trial((1...100_000).map { Self.line($0) }, wantsOrder: wantsOrder)
    trial.options.output = Self.output()
    defer { close(trial.options.output) }
    trial.receiver.onFates = { [signals = trial.signals] in if signals.count == 0 { signals.send() } }
    try trial.run()
    trial.checkOnce()
    #expect(trial.receiver.fates.count < 100_000)
    #expect(trial.receiver.kinds == ["delivered": trial.receiver.fates.count])
  }

  @Test func aWorkerThatDiesChangesNothing() throws {
    let trial = try Trial((1...3000).map { Self.line($0, $0 % 50 == 0 ? "slow" : "x") }, wantsOrder: true)
    trial.options.output = Self.output()
    defer { close(trial.options.output) }
    var killed = 0
    trial.receiver.onFates = {
      guard killed < 5, let worker = Self.children.randomElement() else { return }
      kill(worker, SIGKILL)
      killed += 1
    }
    try trial.run()
    trial.checkOnce()
    #expect(killed > 0)
    #expect(trial.receiver.kinds == ["delivered": 3000])
  }

  /// The workers that this thread has started.
  private static var children: [Int32] {
    let text = (try? String(contentsOfFile: "/proc/thread-self/children", encoding: .utf8)) ?? ""
    return text.split(separator: " ").compactMap { Int32($0) }
  }

  // MARK: Queues

  /// What a sink answers, by the notification.
  private static func answer(_ notification: PushNotification) -> DeliveryResult {
    switch (Int(notification.identifier.dropFirst()) ?? 0) % 5 {
    case 0: .permanent(why: DeliveryFailure("BadDeviceToken", "it is wrong", status: 400))
    case 1: .blocked(lane: "x", why: DeliveryFailure("NoCredential", "there is none"))
    default: .done
    }
  }

  /// The number of texts that the host parses of each notification in a run, beside the one in the worker: none as a
  /// filter, one for APNs, one for a desktop, and one more where a desktop shows a payload that stands in no line.
  @Test(arguments: [
    (false, false, "b", 0), (true, false, "b", 1), (true, true, "seen", 1), (true, true, "b", 2),
  ])
  func theHostParsesWhatItDelivers(_ isDelivered: Bool, _ isShown: Bool, _ body: String, _ each: Int) throws {
    let lines = (1...300).map { Self.line($0).replacing(#""body":"b""#, with: #""body":"\#(body)""#) }
    let trial = try Trial(lines, wantsOrder: false)
    trial.options.output = Self.output()
    defer { close(trial.options.output) }
    let sink = MemorySink(on: trial.reactor)
    if isDelivered {
      sink.showsContent = isShown
      trial.options.queue = MemoryQueue(sink, MemoryQueue.Options(), on: trial.reactor)
      trial.options.emission = .deliveries
    }
    let count = try ParseCount.during { try trial.run() }
    // The plugin's settings are one text more, once.
    #expect(count == 300 * each + 1)
    #expect(sink.delivered.count == (isDelivered ? 300 : 0))
    let payload = #"{"aps":{"alert":{"title":"x","body":"seen"}}}"#
    #expect(sink.delivered.allSatisfy { $0.payload == Array(payload.utf8) && $0.headers.pushType == "alert" })
  }

  @Test(arguments: [true, false], [1, 7, 1000])
  func everyEndIsToldOf(_ wantsOrder: Bool, _ room: Int) throws {
    let trial = try Trial((1...2000).map { Self.line($0) }, wantsOrder: wantsOrder)
    let sink = MemorySink(limit: room, on: trial.reactor)
    sink.answer = Self.answer
    trial.options.queue = MemoryQueue(sink, MemoryQueue.Options(), on: trial.reactor)
    trial.options.emission = .deliveries
    trial.options.output = Self.output()
    defer { close(trial.options.output) }
    try trial.run()
    trial.checkOnce()
    #expect(trial.receiver.kinds == ["delivered": 1200, "refused": 400, "undelivered": 400])
  }

  /// A sink that wants everything again, until the queue is full; then a stop comes.
  @Test(arguments: [true, false], [1, 2])
  func aStopWithAFullQueueIsToldOf(_ wantsOrder: Bool, _ signals: Int) throws {
    let trial = try Trial((1...5000).map { Self.line($0) }, wantsOrder: wantsOrder)
    let sink = MemorySink(limit: 100, on: trial.reactor)
    var options = MemoryQueue.Options()
    options.limit = 500
    options.retriesFor = .seconds(86_400)
    var asked = 0
    sink.answer = { [signal = trial.signals, options] _ in
      asked += 1
      // As many wait then as the queue holds, so that it takes no more.
      if asked == options.limit { for _ in 0..<signals { signal.send() } }
      return .retry(after: .seconds(3600), why: DeliveryFailure("NoConnection", "there is none"))
    }
    trial.options.queue = MemoryQueue(sink, options, on: trial.reactor)
    trial.options.emission = .deliveries
    trial.options.output = Self.output()
    defer { close(trial.options.output) }
    try trial.run()
    trial.checkOnce()
    #expect((trial.receiver.kinds["undelivered"] ?? 0) >= 500)
    #expect(trial.receiver.kinds["delivered"] == nil)
  }
}
