import EventLoop
import FileReading
import Glibc
import Synchronization

/// The care of a book while the service runs: leases that end, metrics, and a snapshot on the disk.
package final class PresenceKeeper: Sendable {
  private struct State {
    /// The number of changes that the snapshot on the disk has.
    var written = 0
    /// The next time at which a snapshot is written.
    var due: Int64
    var hasFailed = false
  }

  /// The time between two snapshots, in milliseconds.
  static let interval: Int64 = 10_000
  /// The share of the time that may go into snapshots: one in so many.
  private static let share: Int64 = 20

  /// The book.
  package let book: PresenceBook
  private let path: String
  private let metrics: PresenceMetrics
  private let tell: @Sendable (String) -> Void
  private let state: Mutex<State>

  /// Goes on from the snapshot of a file, where there is one; one that is damaged is told and ignored.
  ///
  /// - Parameters:
  ///   - time: milliseconds since 1970.
  ///   - tell: given a sentence where something is wrong with the file.
  package init(
    _ book: PresenceBook, path: String, metrics: PresenceMetrics, at time: Int64,
    tell: @escaping @Sendable (String) -> Void
  ) {
    self.book = book
    self.path = path
    self.metrics = metrics
    self.tell = tell
    state = Mutex(State(due: time + Self.interval))
    read(at: time)
    // The file says no longer that it has all changes: this process may end before it writes another.
    if book.changes > 0, !write(at: time, isLast: false) { unlink(path) }
  }

  private func read(at time: Int64) {
    let consequence = "the gateways report their connections anew"
    do {
      try book.restore(InputFile(path, form: .regular).bytes(.presence), at: time)
    } catch FileProblem.refused(ENOENT) {
      return
    } catch let problem as FileProblem {
      tell("\(problem.message(path)); \(consequence)")
    } catch {
      tell("'\(path)' is damaged, or no snapshot of the presence, and is ignored; \(consequence)")
    }
  }

  /// Does what is due at a time.
  package func look(at time: Int64) {
    book.expire(at: time)
    metrics.set(book.gateways(at: time))
    guard time >= state.withLock({ $0.due }) else { return }
    let began = MonotonicClock.now
    write(at: time, isLast: false)
    let took = (MonotonicClock.now - began) / 1_000_000
    state.withLock { $0.due = time + max(Self.interval, took * Self.share) }
  }

  /// Writes the last snapshot, behind all changes.
  package func close(at time: Int64) { write(at: time, isLast: true) }

  @discardableResult private func write(at time: Int64, isLast: Bool) -> Bool {
    let changes = book.changes
    guard isLast || state.withLock({ $0.written != changes }) else { return true }
    let code = book.snapshot(at: time, isLast: isLast).withUnsafeBytes {
      replaceFile(path, $0, mode: 0o600, isDurable: isLast)
    }
    let isFirst = state.withLock { state in
      defer { state.hasFailed = code != 0 }
      if code == 0 { state.written = changes }
      return code != 0 && !state.hasFailed
    }
    if isFirst {
      tell(
        "'\(path)': \(systemMessage(code)); after a restart the gateways report their connections anew; check the"
          + " disk, and who may write to the folder")
    }
    return code == 0
  }
}
