import NotificationModel
import WorkerProtocol

/// Lines on their way through a worker, and what is known of earlier attempts at them.
package final class Batch {
  /// The place in the order of all batches.
  package let sequence: UInt64
  package private(set) var items: [BatchItem]
  /// The source of the identifiers of items whose lines have none.
  package let identifiers: IdentifierSeed
  /// The context that the submitter needs when the results come.
  package let context: Context
  package let form: Form

  /// The kinds of items.
  package enum Form: Sendable {
    /// Notifications, each of which becomes a line of output or an outcome.
    case lines
    /// Pushes, each a ``PushItem``.
    case pushes
    /// Requests to content extensions, each of which has a ``PresentationAnswer``.
    case requests

    /// The frame by which a batch goes to a worker.
    var frame: Frame.Kind {
      switch self {
      case .lines: .batch
      case .pushes: .pushes
      case .requests: .present
      }
    }
  }

  /// The slot that its lines are in, until it is done.
  package var slot: Slot?
  /// The items that have no result yet.
  package private(set) var pending: Range<Int>
  /// The faults that the next worker takes for granted.
  package private(set) var presumed: [PresumedFaultRecord] = []
  /// The item that a worker died of last.
  package internal(set) var caution: Int
  /// The place at which the last worker died, and the number of those in a row that did.
  var suspect: (item: Int, plugin: Int, deaths: Int)?
  var deaths = 0
  var deathsWithoutSuspect = 0
  /// A Boolean value that indicates whether results are sent before each item.
  package internal(set) var isStepwise = false
  /// The item at which workers died while the batch was stepwise, and the number of their deaths.
  var stepDeaths: (item: Int, deaths: Int) = (0, 0)

  /// The input that the lines came from.
  package struct Context: Sendable {
    /// The name of the input.
    package var input = ""
    /// The place of the input among all.
    package var source = 0
    /// The line number of each item.
    package var lines: [Int] = []
    /// A line that never reached a worker, because it is too long: its number and length.
    package var oversized: (line: Int, count: Int)?
    /// A Boolean value that indicates whether the last item's line had no newline at its end.
    package var lacksNewline = false
    /// The notifications that the items were made of, where they are pushes: what the host has read, and no worker says.
    package var pushes: [Push] = []

    package init() {}

    /// The app that the pushes are for, which is one in a batch; nil for lines.
    package var app: String? { pushes.first?.notification.app }
  }

  /// Returns the push of an item; nil where items are lines.
  package func push(_ item: Int) -> Push? {
    context.pushes.indices.contains(item) ? context.pushes[item] : nil
  }

  /// Begins anew what has no result, with other items in other memory: what is known of attempts is that of other plugins.
  func restart(_ items: [BatchItem], in slot: Slot) {
    self.items = items
    self.slot = slot
    presumed = []
    caution = items.count
    suspect = nil
    (deaths, deathsWithoutSuspect) = (0, 0)
    isStepwise = false
    stepDeaths = (0, 0)
  }

  func presume(_ fault: PresumedFaultRecord) { presumed.append(fault) }

  /// Notes results; what is known of their items is of no use any more.
  package func finish(_ items: Range<Int>) {
    pending = items.upperBound..<pending.upperBound
    presumed.removeAll { Int($0.item) < pending.lowerBound }
  }

  func isPresumed(_ item: Int, _ plugin: Int) -> Bool {
    presumed.contains { Int($0.item) == item && Int($0.plugin) == plugin }
  }

  /// Makes a batch that no worker has seen.
  package init(
    sequence: UInt64, items: [BatchItem], identifiers: IdentifierSeed, context: Context, form: Form = .lines
  ) {
    self.form = form
    self.identifiers = identifiers
    self.sequence = sequence
    self.items = items
    self.context = context
    pending = 0..<items.count
    caution = items.count
  }
}
