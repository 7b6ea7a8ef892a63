import Delivery
import NotificationModel
import Outbox
import OutboxRecords

/// The machine of an outbox, with neither a file nor a sink.
final class MachineSample {
  let options: OutboxOptions
  let journal: Journal
  let lanes = Lanes()
  let recalls = Recalls()
  let machine: EntryMachine
  var wall: Int64 = 1_800_000_000_000
  private var lastBatch: Int64 = 0

  init(_ change: (inout OutboxOptions) -> Void = { _ in }) {
    var options = OutboxOptions()
    change(&options)
    self.options = options
    journal = Journal(options, isAudited: true)
    machine = EntryMachine(options, journal, lanes, recalls)
  }

  /// Makes entries of one batch ready.
  @discardableResult
  func load(_ notifications: PushNotification..., recalled: Set<Int> = []) -> [Entry] {
    load(notifications, recalled: recalled)
  }

  @discardableResult
  func load(_ notifications: [PushNotification], recalled: Set<Int> = []) -> [Entry] {
    lastBatch += 1
    let entries = notifications.enumerated().map { place, notification in
      var notification = notification
      notification.ticket = OutboxBatch.ticket(lastBatch, place)
      return Entry(notification, acceptedAt: wall, options)
    }
    let tickets = Set(recalled.map { OutboxBatch.ticket(lastBatch, $0) })
    machine.load(lastBatch, LoadedBatch(count: entries.count), entries, recalled: tickets, wall)
    return entries
  }

  /// Gives the sink what may go.
  @discardableResult
  func give(_ limit: Int = .max) -> [Entry] {
    var given: [Entry] = []
    while given.count < limit, let entry = machine.comeUp(wall) {
      machine.give(entry)
      given.append(entry)
    }
    return given
  }

  func answer(_ entry: Entry, _ result: DeliveryResult) {
    machine.answer(DeliveryReport(entry.ticket, result), wall)
  }

  /// An entry that has a row of its own.
  func held(_ id: String, _ wait: EntryState.Wait, token: String = "ab01") -> Entry {
    lastBatch += 1
    var notification = notification(id, token: token)
    notification.ticket = OutboxBatch.ticket(lastBatch, 0)
    let entry = Entry(held: notification, wait, acceptedAt: wall, options)
    machine.addRow(token: entry.token)
    return entry
  }

  /// Whose time is over at the end of `outbox.keep`.
  func passKeptTime() { wall += 3 * 86_400_000 }
}

extension DeliveryFailure {
  static let busy = DeliveryFailure("Busy", "busy", status: 503)
  static let noAnswer = {
    var why = DeliveryFailure("NoAnswer", "no answer")
    why.isUnknown = true
    return why
  }()
}
