import Delivery
import DeliveryTesting
import EventLoop
import Foundation
import NotificationModel
import Outbox

/// An outbox with a sink in memory, opened as often as a test wants.
final class OutboxSample {
  let folder: URL
  private(set) var reactor: Reactor
  var sink: any NotificationSink
  var options = OutboxOptions()
  var time: Int64 = 1_800_000_000_000
  private(set) var ends: [String: [DeliveryEnd]] = [:]
  private(set) var accepted: [String] = []
  private(set) var notices: [String] = []
  private(set) var outbox: Outbox?
  private var steady: Int64 = 1

  init() throws {
    reactor = try Reactor()
    sink = MemorySink(on: reactor)
    folder = FileManager.default.temporaryDirectory.appending(path: "outbox-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    options.commitDelay = .zero
    options.busyCommitDelay = .zero
    options.markDelay = .zero
    reactor = try Reactor { [unowned self] in steady }
    sink = MemorySink(limit: 100, on: reactor)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var path: String { folder.appending(path: "outbox").path }
  var auditPath: String { folder.appending(path: "audit").path }

  /// The sink, where it is the one in memory.
  var memory: MemorySink {
    guard let memory = sink as? MemorySink else { fatalError("the sink is another") }
    return memory
  }

  func open(delivers: Bool = true) throws {
    outbox = nil
    let opened = try Outbox(
      path, options, sink: delivers ? sink : nil, audit: try AuditLog(LineFile(auditPath)), on: reactor,
      wallClock: { [unowned self] in time })
    opened.events.accepted = { [unowned self] in accepted.append($0.identifier) }
    opened.events.ended = { [unowned self] notification, end, _ in
      ends[notification.identifier, default: []].append(end)
    }
    opened.events.notice = { [unowned self] in notices.append($0) }
    outbox = opened
  }

  /// Lets the file have no more than so many pages: SQLite answers as on a full disk.
  func limitPages(_ count: Int) throws {
    try outbox?.hooks.limitPages(count)
  }

  /// Forgets the process, as a kill would.
  func kill() { outbox = nil }

  func take(_ notifications: PushNotification...) {
    for notification in notifications { outbox?.take(notification) }
  }

  func turn(_ count: Int = 3) {
    for _ in 0..<count {
      steady += 300_000_000
      reactor.turn(timeout: .zero)
    }
  }

  var audit: [[String: Any]] {
    let text = (try? String(contentsOfFile: auditPath, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap {
      try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
  }

  var states: [String: [String]] {
    var states: [String: [String]] = [:]
    for line in audit {
      if let id = line["id"] as? String, let state = line["state"] as? String {
        states[id, default: []].append(state)
      }
    }
    return states
  }
}

func notification(_ id: String, token: String = "ab01", size: Int = 1) -> PushNotification {
  let alert = String(repeating: "a", count: size)
  var notification = PushNotification(
    ticket: 0, place: "test:1", deviceToken: token, payload: Array(#"{"aps":{"alert":"\#(alert)"}}"#.utf8))
  notification.identifier = id
  notification.headers.topic = "com.example.app"
  return notification
}

/// A sink that answers when it is told to, and a server behind it that remembers what came.
final class ManualSink: NotificationSink {
  /// What arrived at the server, over all sinks of it.
  final class Server {
    var arrived: [PushNotification] = []
    /// Those of them that it has taken, or may have.
    var taken: [PushNotification] = []
  }

  let server: Server
  private(set) var waiting: [PushNotification] = []
  private let reports: PendingReports
  var events = NotificationSinkEvents() {
    didSet { reports.reported = events.reported }
  }
  var limit = 1000

  init(_ server: Server, on reactor: Reactor) {
    self.server = server
    reports = PendingReports(on: reactor)
  }

  var room: Int { limit - waiting.count - reports.count }

  func take(_ notifications: [PushNotification]) {
    waiting += notifications
    server.arrived += notifications
  }

  /// Answers what waits, or the first of it.
  func answer(_ count: Int = .max, _ result: (PushNotification) -> DeliveryResult = { _ in .done }) {
    let answered = Array(waiting.prefix(count))
    waiting.removeFirst(answered.count)
    for notification in answered {
      let result = result(notification)
      reports.add(DeliveryReport(notification.ticket, result))
      switch result {
      case .retry(_, let why) where !why.isUnknown: break
      default: server.taken.append(notification)
      }
    }
  }

  /// Forgets what waits, as a process does that is killed; the server may have taken it.
  func kill() {
    server.taken += waiting
    waiting.removeAll()
  }

  func close() {
    var why = DeliveryFailure("NoAnswer", "the run was stopped; it may have arrived")
    why.isUnknown = true
    answer { _ in .retry(after: .zero, why: why) }
    reports.passOn()
  }
}
