import Applications
import Composition
import Foundation
import GRDB
import Messaging
import Muting
import NotificationModel
import Presence
import PrometheusMetrics
import PushExtras
import Registry
import Synchronization

/// A registry, a presence and a desk in a folder of their own, with a clock that a test sets.
final class MessagingTrial: Sendable {
  static let chat = Application(key: "chat", bundleID: "com.example.chat")
  static let other = Application(key: "other", bundleID: "com.example.other")

  let file: RegistryFile
  let presence: PresenceBook
  let settings: PresenceSettings
  let run: TrialRun
  let clock: TrialClock
  let desk: MessageDesk
  let metrics = MetricRegistry()

  init(
    _ path: String, _ settings: PresenceSettings, _ clock: TrialClock, _ presence: PresenceBook,
    _ run: TrialRun
  ) throws {
    (self.settings, self.clock, self.presence, self.run) = (settings, clock, presence, run)
    file = try RegistryFile(path, [DeviceTables.register, MuteTables.register, MessageSchema.register])
    let parts = MessageDesk.Parts(
      file: file, presence: presence, muting: Muting(MuteZones([])), rule: settings.rule,
      applications: try ApplicationTable([Self.chat, Self.other]),
      composers: ComposerShelf([:], other: try MessageTexts()), taker: run,
      metrics: MessageMetrics(metrics, applications: ["chat", "other"])
    ) { _ in }
    desk = MessageDesk(parts) { clock.now }
  }

  static func with(
    _ settings: PresenceSettings = PresenceSettings(), _ body: (MessagingTrial) async throws -> Void
  ) async throws {
    // In memory, where a commit costs nothing: no test here takes the power away.
    let memory = URL(fileURLWithPath: "/dev/shm")
    let isWritable = FileManager.default.isWritableFile(atPath: memory.path)
    let folder = (isWritable ? memory : FileManager.default.temporaryDirectory).appending(
      path: "messaging-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(
      MessagingTrial(
        folder.appending(path: "registry.db").path, settings, TrialClock(), PresenceBook(settings), TrialRun()
      ))
  }

  /// The same after a crash: what is in memory is lost, but for a snapshot of the presence that is exact.
  func afterCrash() throws -> MessagingTrial {
    try MessagingTrial(file.path, settings, clock, presence, run)
  }

  // MARK: Requests

  @discardableResult
  func register(
    _ user: String, _ name: String, application: String = "chat",
    _ edit: (inout Registration) -> Void = { _ in }
  ) async throws -> Device {
    var registration = Registration(
      application: application, environment: .production, user: user, name: name,
      token: Array("token of \(name)".utf8))
    edit(&registration)
    return try await file.write { [registration, clock] in
      try DeviceStore.register(registration, at: clock.now, in: $0).device
    }
  }

  static func message(_ id: String, _ objectName: String = "RC:TxtMsg") -> Message {
    var message = Message(
      id: id, objectName: objectName, sender: .init(id: "ann", name: "Ann"),
      channel: .init(type: .direct, targetID: "ann"))
    message.content.text = "Hello"
    return message
  }

  static func recall(_ id: String, of recalled: String) -> Message {
    var message = message(id, "RC:RcCmd")
    message.recalledID = recalled
    return message
  }

  @discardableResult
  func send(
    _ message: Message, to users: String..., application: Application = chat
  ) async throws -> MessageAnswer {
    let request = MessageRequest(message: message, recipients: users)
    return try await desk.accept([request], of: application)[0].get()
  }

  /// Reports a state as a gateway does, and acts on it as its route does.
  func report(
    _ user: String, _ device: String, _ state: PresenceState?, seen: [String] = [], lease: Int64 = 600_000
  ) async throws {
    var report = GatewayReport(GatewayName(application: "chat", gateway: "gateway"), lease: lease)
    var change = PresenceChange(user: user, device: device, state: state)
    change.seen = seen
    report.changes = [change]
    let update = try presence.update(report, at: clock.now)
    if !update.returned.isEmpty { await desk.returned(update.returned) }
    if !update.left.isEmpty { await desk.left(update.left) }
    for seen in update.seen { await desk.saw(seen.messages, by: seen.user) }
  }

  /// Does rounds until nothing is to be done; returns when something will be.
  @discardableResult
  func finish() async throws -> Int64? {
    while true {
      switch try await desk.round() {
      case .busy: continue
      case .stuck: return nil
      case .idle(let due): return due
      }
    }
  }

  func decisions(_ id: String) async throws -> [DeviceDecision] {
    try await desk.decisions(on: id, of: Self.chat)?.decisions ?? []
  }
}

/// The clock of a trial, in milliseconds since 1970.
final class TrialClock: Sendable {
  static let start: Int64 = 1_800_000_000_000
  private let time = Mutex(start)

  var now: Int64 { time.withLock { $0 } }

  func advance(_ milliseconds: Int64) { time.withLock { $0 += milliseconds } }
}

/// The run in a test: it takes what a test lets it take, and remembers it.
final class TrialRun: PushTaker {
  struct State {
    var taken: [Push] = []
    var asked: [MessagePush] = []
    var withdrawn: [String] = []
    var result = PushResult.taken
    var isOpen = true
    var beforeAnswer: (@Sendable () async -> Void)?
  }

  let state = Mutex(State())

  func take(_ pushes: [MessagePush]) async -> [PushResult] {
    let (result, before) = state.withLock { state in
      state.asked += pushes
      if state.result != .unavailable { state.taken += pushes.map(\.push) }
      return (state.result, state.beforeAnswer)
    }
    await before?()
    return pushes.map { _ in result }
  }

  func withdraw(_ names: [String], of bundleID: String) async -> Bool {
    state.withLock { state in
      if state.isOpen {
        state.withdrawn += names.map { "\(bundleID)/\($0.replacing("\u{1E}", with: "own:"))" }
      }
      return state.isOpen
    }
  }

  var taken: [Push] { state.withLock { $0.taken } }
  var withdrawn: [String] { state.withLock { $0.withdrawn } }

  func answer(_ result: PushResult) { state.withLock { $0.result = result } }
}

extension Push {
  /// The extra of the payload.
  var extra: PushExtra? { PushExtra(payload: String(decoding: notification.payload, as: UTF8.self)) }
}
