import Delivery

/// The fates of notifications on their way back to the sources that asked for them; a run of files has none.
final class FateBook {
  /// A line of a source.
  private struct Origin: Hashable {
    var source: Int
    var line: Int
  }

  private var ledgers: [Int: FateLedger] = [:]
  private var origins: [UInt64: Origin] = [:]
  /// The tickets of the same lines.
  private var tickets: [Origin: UInt64] = [:]
  private var lastTicket = Ticket.ofRun

  /// The tickets that a run gives: a queue that goes on with another run's notifications has its own below them.
  private enum Ticket {
    static let ofRun: UInt64 = 1 << 63
  }

  /// A Boolean value that is true where a source asks what becomes of its lines.
  var areWanted: Bool { !ledgers.isEmpty }

  /// Notes a source, by its place among the inputs.
  ///
  /// - Parameter cancel: takes a notification back from the queue, by its ticket; false where that is too late.
  func open(_ source: Int, _ receiver: (any FateReceiver)?, cancel: @escaping (UInt64) -> Bool) {
    guard let receiver else { return }
    ledgers[source] = FateLedger(receiver)
    receiver.takeBack = { [weak self] in self?.takeBack(Origin(source: source, line: $0), cancel) ?? false }
  }

  /// Takes back a line: from the queue, or before it comes there.
  private func takeBack(_ origin: Origin, _ cancel: (UInt64) -> Bool) -> Bool {
    if let ticket = tickets[origin] {
      guard cancel(ticket) else { return false }
      forget(ticket, origin)
    }
    return ledgers[origin.source]?.forget(origin.line) ?? false
  }

  private func forget(_ ticket: UInt64, _ origin: Origin) {
    origins[ticket] = nil
    tickets[origin] = nil
  }

  /// Returns whether something is still to become of a line, which may have been taken back.
  func isWanted(_ source: Int, _ line: Int) -> Bool { ledgers[source]?.isOpen(line) ?? true }

  /// Notes that a source has given lines.
  func begin(_ source: Int, _ lines: some Sequence<Int>) {
    guard ledgers[source] != nil else { return }
    for line in lines { ledgers[source]?.begin(line) }
  }

  /// Notes what became of a line.
  func settle(_ source: Int, _ line: Int, _ fate: @autoclosure () -> NotificationFate) {
    guard ledgers[source] != nil else { return }
    ledgers[source]?.settle(line, fate())
  }

  /// Returns a ticket that no notification has.
  func ticket() -> UInt64 {
    lastTicket += 1
    return lastTicket
  }

  /// Returns a ticket for a line that goes on to a queue.
  func ticket(_ source: Int, _ line: Int) -> UInt64 {
    lastTicket += 1
    if ledgers[source] != nil {
      let origin = Origin(source: source, line: line)
      origins[lastTicket] = origin
      tickets[origin] = lastTicket
    }
    return lastTicket
  }

  /// Notes what became of a notification in the queue.
  func settle(ticket: UInt64, _ fate: NotificationFate) {
    guard !origins.isEmpty, let origin = origins[ticket] else { return }
    forget(ticket, origin)
    ledgers[origin.source]?.settle(origin.line, fate)
  }

  /// Tells the sources what is known.
  func flush() {
    for source in ledgers.keys { ledgers[source]?.flush() }
  }

  /// Tells the sources of all that is left.
  func end() {
    for source in ledgers.keys { ledgers[source]?.end() }
    ledgers.removeAll()
  }
}
