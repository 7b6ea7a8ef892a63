import ConfigurationFiles
import Delivery
import LosslessJSON
import NotificationModel

/// The log of the notifications that a run's chain delivers: a queue brings them to the sink, and the result of each is
/// written down.
final class DeliveryLog {
  private(set) var totals = RunSummary.Deliveries()
  /// The number of responses that could not be written to their file.
  private(set) var unwrittenResponses = 0

  private let queue: any DeliveryQueue
  private let run: RunParts
  private let lines: DeliveryLines
  private let responses: ResponseQueue?
  private let metrics: RunMetrics?
  private var document: JSONDocument
  /// The recalls of people, by the tickets that stand for them.
  private var recalls: [UInt64: () -> Void] = [:]

  /// - Parameter writesLines: whether the output says what became of each.
  init(
    _ queue: any DeliveryQueue, _ run: RunParts, writesLines: Bool, responses: ResponseQueue?,
    metrics: RunMetrics?, depthLimit: Int,
    duplicateKeys: JSONDocument.DuplicateKeys
  ) {
    self.queue = queue
    self.run = run
    self.responses = responses
    self.metrics = metrics
    lines = DeliveryLines(run.output, isWanted: writesLines)
    // An envelope is one level more than its payload.
    document = JSONDocument(depthLimit: depthLimit + 2, duplicateKeys: duplicateKeys)
    queue.events.accepted = { [unowned self] in accept($0) }
    queue.events.ended = { [unowned self] in end($0, $1, $2) }
    if let observer = run.observer {
      queue.events.attempted = { [unowned observer] in observer.attempted($0, $1) }
      queue.events.recalled = { [unowned observer] in observer.recalled($0) }
      queue.events.tookBack = { [unowned observer] in observer.tookBack($0, $1) }
    }
    queue.events.withdrew = { [unowned self] in withdrew($0) }
    queue.events.notice = { [unowned self] in self.run.reporter.say("notilua: \($0)") }
    queue.events.responded = { [unowned self] in respond($0) }
    queue.events.failed = { [unowned self] in self.run.state.note(.failure(HostError(.output, $0))) }
  }

  /// A Boolean value that is true where another notification can be taken.
  var hasRoom: Bool { queue.room > 0 }
  /// The number of notifications that have no end yet.
  var pending: Int { queue.pending }

  /// Takes a notification that the chain delivers.
  ///
  /// - Parameters:
  ///   - line: the line as the host has read it, which says where the notification goes.
  ///   - change: what the chain made of the payload.
  ///   - identifier: the name of a notification whose line has none.
  func take(
    _ line: [UInt8], _ change: PayloadChange, identifier: @autoclosure () -> String, ticket: UInt64,
    place: String
  ) {
    let read = line.withUnsafeBytes {
      PushNotification(
        $0, ticket: ticket, place: place, identifier: identifier(), change: change,
        isShown: queue.showsContent, &document)
    }
    guard var notification = read else {
      let unreadable = PushNotification(
        ticket: ticket, place: place, deviceToken: nil, payload: [], identifier: identifier())
      let failure = DeliveryFailure("NoNotification", "what the chain made is no notification")
      return end(unreadable, .refused(failure), 0)
    }
    metrics?.begin(&notification)
    queue.take(notification)
  }

  /// Writes down, and tells the sources of, what has become of notifications.
  func flush() {
    lines.flush()
    run.fates.flush()
  }

  /// Takes a push that the chain delivers.
  func take(_ push: Push, _ change: PayloadChange, ticket: UInt64) {
    var notification = push.notification
    notification.ticket = ticket
    notification.take(change, of: push.envelope)
    metrics?.begin(&notification)
    queue.take(notification)
  }

  /// Withdraws what goes by names; the drop of a ticket's notification is over once that is safe.
  func withdraw(_ names: [String], for ticket: UInt64?) { queue.withdraw(names, for: ticket) }

  /// Withdraws what goes by names, for no notification; calls a function once that is safe.
  func recall(_ names: [String], then: @escaping () -> Void) {
    let ticket = run.fates.ticket()
    recalls[ticket] = then
    queue.withdraw(names, for: ticket)
  }

  private func withdrew(_ ticket: UInt64) {
    if let then = recalls.removeValue(forKey: ticket) {
      then()
    } else {
      run.fates.settle(ticket: ticket, .dropped)
    }
  }

  /// Takes back a notification that is not safe yet; false where it is.
  func cancel(_ ticket: UInt64) -> Bool { queue.cancel(ticket) }

  /// Says that nothing more comes.
  func inputEnded() { queue.inputEnded() }

  /// Gives up on what waits to be retried.
  func stopRetrying() { queue.stopRetrying() }

  /// Ends everything now.
  func abandon() {
    queue.abandon()
    flush()
  }

  /// Ends what is open.
  func close() {
    if let waiting = queue.waiting { totals.waiting = waiting }
    queue.close()
    flush()
  }

  /// Passes on what a person did: to the receiver of responses, else with what became of notifications.
  private func respond(_ event: String) {
    if let responses { return responses.take(event) }
    guard run.files.has(.responses) else { return lines.add(event) }
    let line = Array(event.utf8) + [0x0A]
    guard run.files.write(line, to: .responses) < line.count else { return }
    unwrittenResponses += 1
    run.reporter.say("notilua: not written to --responses: \(event)")
  }

  // MARK: Ends

  private func accept(_ notification: PushNotification) {
    totals.accepted += 1
    lines.add(notification, "accepted")
    run.fates.settle(ticket: notification.ticket, .accepted)
    run.observer?.accepted(notification)
  }

  private func end(_ notification: PushNotification, _ end: DeliveryEnd, _ attempts: Int) {
    totals.count(end)
    metrics?.end(notification)
    lines.add(notification, end, attempts)
    switch end {
    case .delivered, .expired, .withdrawn: break
    case .refused(let why):
      if why.removesToken { run.files.write(notification.feedback(why), to: .feedback) }
      if !why.isGone { tell(notification, "refused", why) }
    case .undelivered(let why):
      retain(notification, why)
      tell(notification, "not delivered", why)
    }
    run.fates.settle(ticket: notification.ticket, .ended(end))
    run.observer?.ended(notification, end, attempts: attempts)
  }

  /// Keeps what could not be delivered, to be pushed later.
  private func retain(_ notification: PushNotification, _ why: DeliveryFailure) {
    guard run.files.has(.undelivered) else { return }
    var notification = notification
    notification.mayHaveArrived = notification.mayHaveArrived || why.isUnknown
    run.files.write(notification.envelope + [0x0A], to: .undelivered)
  }

  /// Reports what happened where nothing else keeps it.
  private func tell(_ notification: PushNotification, _ what: String, _ why: DeliveryFailure) {
    run.reporter.sayThinned(
      "\(notification.place): \(what): \(why)", kind: "delivery: ", detail: why.reason)
  }
}

extension DeliveryFailure {
  /// A Boolean value that is true where the device token is gone, which is everyday.
  ///
  /// 400 BadDeviceToken may be a matter of the environment, and is none.
  var isGone: Bool { removesToken && status == 410 }
}

extension RunSummary.Deliveries {
  /// Counts how a notification ended.
  mutating func count(_ end: DeliveryEnd) {
    switch end {
    case .expired: expired += 1
    case .withdrawn: withdrawn += 1
    case .delivered: delivered += 1
    case .refused(let why):
      refused += 1
      if why.isGone { gone += 1 }
      reasons[why.reason, default: 0] += 1
    case .undelivered(let why):
      undelivered += 1
      reasons[why.reason, default: 0] += 1
    }
  }
}
