import APNsProtocol
import Delivery
import EventLoop
import NotificationModel
import WorkerProtocol

/// The pushes of the door as the source of a run: they come from the threads of connections, and go back as answers.
///
/// It belongs to the run's loop, but for ``put(_:)`` and ``end()``.
package final class DoorSource: NotificationSource, FateReceiver {
  /// The letters of other threads.
  private enum Letter: Sendable {
    case push(DoorPush)
    case end
  }

  /// A push that the run has.
  private struct Open {
    var number: UInt64
    var due: Int64
  }

  /// The answers to pushes, by their numbers; none is called back twice.
  package var answered: ([(number: UInt64, answer: DoorAnswer)]) -> Void = { _ in }
  /// A push was given up at its deadline: whether it was taken back, so that nothing more becomes of it.
  package var expired: (_ number: UInt64, _ isTakenBack: Bool) -> Void = { _, _ in }

  /// Says whether the queue behind the run takes anything at the moment.
  package var hasRoom: () -> Bool = { true }

  /// The time for which pushes wait for room before they are given back.
  private static let patience: Int64 = 1_000_000_000
  /// The time between two looks at pending pushes, whatever the run does.
  private static let interval = Duration.milliseconds(250)

  private let mailbox: Mailbox<Letter>
  private let reactor: Reactor
  private lazy var deadlines = reactor.timer { [unowned self] in expire() }
  private var waiting: [DoorPush] = []
  /// The place of the first push in ``waiting`` that was not given.
  private var next = 0
  private var open: [Int: Open] = [:]
  /// The lines in the order in which they are due; some have their answer already.
  private var due: [(time: Int64, line: Int)] = []
  private var dueStart = 0
  private var lastLine = 0
  private var hasEnded = false

  package private(set) var lines: [SourceLine] = []
  package private(set) var pushes: [Push] = []
  package var namesTopics = false
  package var takeBack: (Int) -> Bool = { _ in false }
  package var onOversized: (UnsafeRawBufferPointer) -> Void = { _ in }

  /// Makes a source of a run's loop.
  ///
  /// - Throws: ``SystemError`` where there are no descriptors left.
  package init(on reactor: Reactor) throws(SystemError) {
    mailbox = try Mailbox()
    self.reactor = reactor
    deadlines.arm(after: Self.interval)
  }

  // MARK: Other threads

  /// Returns a function that puts pushes into the source, from any thread.
  package var entrance: @Sendable (DoorPush) -> Void { { [mailbox] in mailbox.put(.push($0)) } }
  /// Returns a function that ends the source behind what was put, from any thread.
  package var exit: @Sendable () -> Void { { [mailbox] in mailbox.put(.end) } }

  // MARK: NotificationSource

  package var descriptor: Int32 { mailbox.descriptor }
  package var hasMore: Bool { next < waiting.count || hasEnded }
  package var hasWholeLine: Bool { false }
  package var isSkipping: Bool { false }
  package var lacksNewline: Bool { false }
  package var hasByteOrderMark: Bool { false }
  package var fateReceiver: (any FateReceiver)? { self }
  package var wantsOrder: Bool { false }

  package func begin(_ memory: UnsafeMutableRawBufferPointer) {
    lines.removeAll(keepingCapacity: true)
    pushes.removeAll(keepingCapacity: true)
  }

  package func fill(_ memory: UnsafeMutableRawBufferPointer, most: Int) -> SourceProgress {
    takeLetters()
    var filled = 0
    while next < waiting.count, lines.count < most {
      let push = waiting[next]
      // One app's pushes in a batch: a plugin's faults count for each app.
      if let first = pushes.first, first.notification.app != push.push.notification.app { break }
      let item = push.push.item(namesTopics: namesTopics)
      guard filled + item.count <= memory.count else {
        if lines.isEmpty, refuse(push) { continue }
        break
      }
      UnsafeMutableRawBufferPointer(rebasing: memory[filled...]).copyBytes(from: item)
      give(push, at: filled, count: item.count)
      filled += item.count
      next += 1
    }
    compact()
    if !lines.isEmpty { return .lines }
    return hasEnded && next == waiting.count ? .ended : .nothing
  }

  /// Refuses a push that no batch has room for.
  private func refuse(_ push: DoorPush) -> Bool {
    next += 1
    answered([(push.number, .refused(.init("PayloadTooLarge")))])
    return true
  }

  private func give(_ push: DoorPush, at offset: Int, count: Int) {
    lastLine += 1
    lines.append(SourceLine(offset: offset, count: count, number: lastLine))
    pushes.append(push.push)
    open[lastLine] = Open(number: push.number, due: push.due)
    due.append((push.due, lastLine))
  }

  private func takeLetters() {
    for letter in mailbox.take() {
      switch letter {
      case .push(let push): waiting.append(push)
      case .end: hasEnded = true
      }
    }
  }

  /// Forgets what was given.
  private func compact() {
    if next == waiting.count {
      waiting.removeAll(keepingCapacity: waiting.count < 1024)
      next = 0
    } else if next > 1024 {
      waiting.removeFirst(next)
      next = 0
    }
  }

  // MARK: FateReceiver

  package func settle(_ fates: [LineFate]) {
    let answers = fates.compactMap { fate in
      open.removeValue(forKey: fate.line).map { (number: $0.number, answer: DoorAnswer(fate.fate)) }
    }
    if !answers.isEmpty { answered(answers) }
  }

  // MARK: Deadlines

  /// Gives up what is due: in the run, and before it.
  private func expire() {
    takeLetters()
    let now = reactor.now
    while dueStart < due.count, due[dueStart].time <= now {
      let line = due[dueStart].line
      dueStart += 1
      guard let given = open[line] else { continue }
      let isTakenBack = takeBack(line)
      if isTakenBack { open[line] = nil }
      expired(given.number, isTakenBack)
    }
    due.removeFirst(dueStart)
    dueStart = 0
    // Without room, nobody is kept waiting for as long as the deadline.
    let isStuck = next < waiting.count && !hasRoom()
    while next < waiting.count,
      waiting[next].due <= now || isStuck && waiting[next].admittedAt <= now - Self.patience
    {
      expired(waiting[next].number, true)
      next += 1
    }
    compact()
    deadlines.arm(after: Self.interval)
  }

  /// Gives up what was put and not given, since the run has ended.
  package func close() {
    takeLetters()
    let left = waiting[next...].map { (number: $0.number, answer: DoorAnswer.shutdown) }
    waiting.removeAll()
    next = 0
    if !left.isEmpty { answered(left) }
  }
}
