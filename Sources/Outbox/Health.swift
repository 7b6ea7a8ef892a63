/// The health of the file: where it cannot be read or written, nothing more is taken or given, and it is tried again.
struct Health {
  /// The time between two tries, in nanoseconds.
  private static let retryDelay: Int64 = 1_000_000_000
  /// The time between two reports of a failure: one that goes on for hours is worth a line a minute.
  private static let reportDelay: Int64 = 60_000_000_000

  private enum State {
    case well
    case failing(OutboxError, retriesAt: Int64)
  }

  private var state = State.well
  /// The time from which each failure may be reported again.
  private var reportsAt: [String: Int64] = [:]

  /// The error for which the file cannot be used; nil where it can.
  var failure: OutboxError? {
    if case .failing(let error, _) = state { error } else { nil }
  }

  /// The time of the next try; nil where nothing fails.
  var retriesAt: Int64? {
    if case .failing(_, let time) = state { time } else { nil }
  }

  /// Returns a Boolean value that indicates whether the file may be used, or tried.
  func allowsTry(_ now: Int64) -> Bool { retriesAt.map { now >= $0 } ?? true }

  /// Notes that the file was written.
  ///
  /// - Returns: a sentence for people where that ends a failure.
  mutating func recover(_ path: String) -> String? {
    guard let failure else { return nil }
    state = .well
    return failure.kind == .corrupt ? nil : "\(path): the outbox goes on"
  }

  /// Notes a failure.
  ///
  /// - Returns: a sentence for people, not too often.
  mutating func fail(_ error: OutboxError, _ now: Int64) -> String? {
    state = .failing(error, retriesAt: now + Self.retryDelay)
    guard error.kind != .corrupt, now >= reportsAt[error.description] ?? .min else { return nil }
    reportsAt[error.description] = now + Self.reportDelay
    return "\(error); nothing is lost, and it is tried again"
  }
}
