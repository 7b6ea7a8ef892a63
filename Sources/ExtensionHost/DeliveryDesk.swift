import Delivery
import NotificationModel

/// What a run does with the notifications that its chain delivers: a courier brings them to the sink, and what became
/// of each is written down.
final class DeliveryDesk {
  private(set) var totals = RunSummary.Deliveries()

  private let sink: any NotificationSink
  private let courier: Courier
  private let files: RunFiles
  private let reporter: RunReporter
  private let writesDeliveries: Bool
  private var document: JSONDocument
  private var tickets: UInt64 = 0
  private var told: [String: Int] = [:]

  init(
    _ sink: any NotificationSink, _ options: FilterStage.Options, depthLimit: Int, _ files: RunFiles,
    _ reporter: RunReporter
  ) {
    self.sink = sink
    self.files = files
    self.reporter = reporter
    courier = Courier(sink, options.courier)
    writesDeliveries = options.emission == .deliveries
    // An envelope is one level more than its payload.
    document = JSONDocument(depthLimit: depthLimit + 2)
    courier.onEnd = { [unowned self] in end($0, $1, $2) }
  }

  /// Whether another notification can be taken.
  var hasRoom: Bool { courier.room > 0 }
  /// How many notifications have no end yet.
  var pending: Int { courier.pending }
  /// Readable where there is something to do.
  var descriptor: Int32 { courier.descriptor }

  /// Takes a line of the chain's output.
  func take(_ line: UnsafeRawBufferPointer, place: String) {
    let bytes = line.last == 0x0A ? UnsafeRawBufferPointer(rebasing: line.dropLast()) : line
    tickets += 1
    guard let notification = OutgoingNotification(bytes, ticket: tickets, place: place, &document) else {
      var unreadable = OutgoingNotification(ticket: tickets, place: place, deviceToken: nil, payload: [])
      unreadable.line = Array(bytes)
      end(
        unreadable, .refused(DeliveryFailure("NoNotification", "what the chain made is no notification")), 0)
      return
    }
    courier.take(notification, now: monotonicNanoseconds())
  }

  /// Moves on what can move; gives the milliseconds until there is more to do, -1 for none.
  func turn() -> Int32 {
    let due = courier.turn(now: monotonicNanoseconds())
    for notice in sink.takeNotices() { reporter.say("notilua: \(notice)") }
    return due.map { Int32(clamping: $0 / 1_000_000 + 1) } ?? -1
  }

  /// Gives up on what waits to be tried again.
  func stopRetrying() { courier.stopRetrying() }

  /// Ends everything now.
  func abandon() { courier.abandon() }

  /// Ends what the sink has open.
  func close() { sink.close() }

  // MARK: Ends

  private func end(_ notification: OutgoingNotification, _ end: Courier.End, _ attempts: Int) {
    switch end {
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
      if files.undelivered >= 0 { files.write(notification.retained + [0x0A], files.undelivered) }
      tell(notification, "not delivered", why)
    }
  }

  /// Says what happened where nothing else keeps it; what comes again and again is not worth a line each time.
  private func tell(_ notification: OutgoingNotification, _ what: String, _ why: DeliveryFailure) {
    let number = (told[why.reason] ?? 0) + 1
    told[why.reason] = number
    guard number <= 10 || number.isMultiple(of: 1000) else { return }
    let rest = number == 10 ? "; from here on every thousandth is shown" : ""
    reporter.say("\(notification.place): \(what): \(why)\(rest)")
  }

  private func emit(
    _ notification: OutgoingNotification, _ word: String, _ attempts: Int, _ why: DeliveryFailure?
  ) {
    guard writesDeliveries else { return }
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("place", notification.place)
    writer.member("id", notification.identifier)
    writer.member("apns_id", notification.apnsID)
    writer.member("delivery", word)
    writer.member("attempts", attempts)
    if let why {
      if why.status != 0 { writer.member("status", why.status) }
      writer.member("reason", why.reason)
      writer.member("why", why.description)
      if why.isUnknown { writer.member("may_have_arrived", true) }
    }
    writer.endObject()
    files.write(Array(writer.buffer.bytes) + [0x0A], files.output)
  }

  /// Tells whoever keeps the tokens that one is gone.
  private func feedBack(_ notification: OutgoingNotification, _ why: DeliveryFailure) {
    guard files.feedback >= 0 else { return }
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("device_token", notification.deviceToken ?? "")
    writer.member("reason", why.reason)
    if let timestamp = why.timestamp { writer.member("timestamp", timestamp) }
    // A 400 may come of the wrong environment: who removes tokens has to see which it was.
    if why.status != 0 { writer.member("status", why.status) }
    if let topic = why.topic ?? notification.topic { writer.member("topic", topic) }
    if let environment = why.environment ?? notification.environment {
      writer.member("environment", environment.rawValue)
    }
    writer.member("apns_id", notification.apnsID)
    writer.endObject()
    files.write(Array(writer.buffer.bytes) + [0x0A], files.feedback)
  }
}
