import Delivery

/// The destination of the chain's deliveries: the output, for lines as they are, or a queue.
enum Destination {
  case lines(LinesSink)
  case queue(DeliveryLog)

  /// The log of the queue; nil where there is none.
  var log: DeliveryLog? { if case .queue(let log) = self { log } else { nil } }

  /// A Boolean value that is true where another notification can be taken.
  var hasRoom: Bool { log?.hasRoom ?? true }
  /// The number of notifications that have no end yet: a line has its end once it is written.
  var pending: Int { log?.pending ?? 0 }
}
