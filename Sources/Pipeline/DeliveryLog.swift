import ConfigurationFiles
import Delivery
import LosslessJSON
import NotificationModel
import Notilua

/// What a run does with the notifications that its chain delivers: a queue brings them to the sink, and what became
/// of each is written down.
final class DeliveryLog {
  private(set) var totals = RunSummary.Deliveries()

  private let queue: any DeliveryQueue
  private let files: RunFiles
  private let reporter: RunReporter
  private let writesDeliveries: Bool
  private let responses: ResponseQueue?
  private var document: JSONDocument
  private var tickets: UInt64 = 0
  /// Lines for the output since the last turn: written together, for a system call each costs more than its line.
  private var lines = JSONWriter(capacity: 64 << 10)

  init(
    _ queue: any DeliveryQueue, _ options: FilterStage.Options, depthLimit: Int,
    duplicateKeys: JSONDocument.DuplicateKeys, _ files: RunFiles,
    _ reporter: RunReporter, responses: ResponseQueue? = nil
  ) {
    self.responses = responses
    self.queue = queue
    self.files = files
    self.reporter = reporter
    writesDeliveries = options.emission == .deliveries
    // An envelope is one level more than its payload.
    document = JSONDocument(depthLimit: depthLimit + 2, duplicateKeys: duplicateKeys)
    queue.events.accepted = { [unowned self] in accept($0) }
    queue.events.ended = { [unowned self] in end($0, $1, $2) }
    queue.events.notice = { [unowned self] in self.reporter.say("notilua: \($0)") }
    queue.events.responded = { [unowned self] in respond($0) }
    queue.events.failed = { [unowned self] in self.files.fail(HostError(.output, $0)) }
  }

  /// Whether another notification can be taken.
  var hasRoom: Bool { queue.room > 0 }
  /// How many notifications have no end yet.
  var pending: Int { queue.pending }
  /// Readable where there is something to do.
  var descriptor: Int32 { queue.descriptor }

  /// Takes a notification that the chain delivers.
  ///
  /// - Parameters:
  ///   - line: the line as the host has read it, which says where the notification goes.
  ///   - change: what the chain made of the payload.
  ///   - identifier: the name of a notification whose line has none.
  func take(_ line: [UInt8], _ change: PayloadChange, identifier: String, place: String) {
    tickets += 1
    let read = line.withUnsafeBytes {
      PushNotification(
        $0, ticket: tickets, place: place, identifier: identifier, change: change,
        isShown: queue.showsContent, &document)
    }
    guard let notification = read else {
      let unreadable = PushNotification(
        ticket: tickets, place: place, deviceToken: nil, payload: [], identifier: identifier)
      end(
        unreadable, .refused(DeliveryFailure("NoNotification", "what the chain made is no notification")), 0)
      return
    }
    queue.take(notification, now: monotonicNanoseconds())
  }

  /// Returns the line that a filter writes of a notification, which an output beside the sink has.
  func filtered(_ line: [UInt8], _ change: PayloadChange) -> [UInt8] {
    guard let payload = change.payload else { return line }
    guard line.withUnsafeBytes({ (try? document.parse($0)) != nil }),
      let form = try? NotificationLine(document)
    else { return line }
    let start = document.offset(of: form.slot)
    let end = start + document.rawText(of: form.slot).count
    return line[..<start] + payload + line[end...]
  }

  /// Moves on what can move; gives the milliseconds until there is more to do, -1 for none.
  func turn() -> Int32 {
    let due = queue.turn(now: monotonicNanoseconds())
    writeLines()
    return due.map { Int32(clamping: $0 / 1_000_000 + 1) } ?? -1
  }

  /// Withdraws whatever goes by a name.
  func withdraw(_ name: String) { queue.withdraw(name) }

  /// Says that nothing more comes.
  func inputEnded() { queue.inputEnded(now: monotonicNanoseconds()) }

  /// Gives up on what waits to be tried again.
  func stopRetrying() { queue.stopRetrying() }

  /// Ends everything now.
  func abandon() {
    queue.abandon()
    writeLines()
  }

  /// Ends what is open.
  func close() {
    if let waiting = queue.waiting { totals.waiting = waiting }
    queue.close()
    writeLines()
  }

  private func writeLines() {
    guard lines.buffer.count > 0 else { return }
    files.write(lines.buffer.bytes, files.output)
    lines.removeAll()
  }

  /// The number of responses that could not be written to their file.
  private(set) var unwrittenResponses = 0

  /// Passes on what a person did: to the receiver of responses, else with what became of notifications.
  private func respond(_ event: String) {
    if let responses {
      responses.take(event)
    } else if files.responses >= 0 {
      let line = Array(event.utf8) + [0x0A]
      if files.write(line, files.responses) < line.count {
        unwrittenResponses += 1
        reporter.say("notilua: not written to --responses: \(event)")
      }
    } else if writesDeliveries {
      lines.raw(event)
      lines.endLine()
    }
  }

  // MARK: Ends

  private func accept(_ notification: PushNotification) {
    totals.accepted += 1
    emit(notification, "accepted", nil, nil)
  }

  private func end(_ notification: PushNotification, _ end: DeliveryEnd, _ attempts: Int) {
    switch end {
    case .expired:
      totals.expired += 1
      emit(notification, "expired", attempts, nil)
    case .withdrawn(let mayHaveArrived):
      totals.withdrawn += 1
      emit(notification, "withdrawn", attempts, nil, mayHaveArrived: mayHaveArrived)
    case .delivered:
      totals.delivered += 1
      emit(notification, "delivered", attempts, nil)
    case .refused(let why):
      totals.refused += 1
      // 400 BadDeviceToken may be a matter of the environment: it is told, and is no everyday thing.
      let isGone = why.removesToken && why.status == 410
      if isGone { totals.gone += 1 }
      if why.removesToken { feedBack(notification, why) }
      totals.reasons[why.reason, default: 0] += 1
      emit(notification, "refused", attempts, why)
      if !isGone { tell(notification, "refused", why) }
    case .undelivered(let why):
      totals.undelivered += 1
      totals.reasons[why.reason, default: 0] += 1
      emit(notification, "undelivered", attempts, why)
      if files.undelivered >= 0 {
        var notification = notification
        notification.mayHaveArrived = notification.mayHaveArrived || why.isUnknown
        files.write(notification.envelope + [0x0A], files.undelivered)
      }
      tell(notification, "not delivered", why)
    }
  }

  /// Reports what happened where nothing else keeps it.
  private func tell(_ notification: PushNotification, _ what: String, _ why: DeliveryFailure) {
    reporter.sayThinned("\(notification.place): \(what): \(why)", kind: "delivery: ", detail: why.reason)
  }

  private func emit(
    _ notification: PushNotification, _ word: String, _ attempts: Int?, _ why: DeliveryFailure?,
    mayHaveArrived: Bool = false
  ) {
    guard writesDeliveries else { return }
    lines.beginObject()
    lines.member("place", notification.place)
    lines.member("id", notification.identifier)
    lines.member("apns_id", notification.apnsID)
    lines.member("delivery", word)
    if let attempts { lines.member("attempts", attempts) }
    if let why {
      if why.status != 0 { lines.member("status", why.status) }
      lines.member("reason", why.reason)
      lines.member("why", why.description)
    }
    if mayHaveArrived || why?.isUnknown ?? false { lines.member("may_have_arrived", true) }
    lines.endObject()
    lines.endLine()
    if lines.buffer.count > 256 << 10 { writeLines() }
  }

  /// Tells whoever keeps the tokens that one is gone.
  private func feedBack(_ notification: PushNotification, _ why: DeliveryFailure) {
    guard files.feedback >= 0 else { return }
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("device_token", notification.deviceToken ?? "")
    writer.member("reason", why.reason)
    if let timestamp = why.timestamp { writer.member("timestamp", timestamp) }
    // A 400 may come of the wrong environment: who removes tokens has to see which it was.
    if why.status != 0 { writer.member("status", why.status) }
    if let topic = why.topic ?? notification.headers.topic { writer.member("topic", topic) }
    if let environment = why.environment ?? notification.environment {
      writer.member("environment", environment.rawValue)
    }
    writer.member("apns_id", notification.apnsID)
    writer.endObject()
    files.write(Array(writer.buffer.bytes) + [0x0A], files.feedback)
  }
}
