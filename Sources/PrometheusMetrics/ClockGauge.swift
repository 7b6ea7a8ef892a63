/// The seconds since a time or until it, which go on while nobody sets anything.
///
/// It shows that nothing moves: an age that is computed where it is read rises by itself.
package final class ClockGauge: MetricInstrument {
  package static let kind = MetricKind.gauge

  /// The side of the time that the seconds are counted on.
  package enum Direction: Sendable {
    /// The seconds since it; 0 where it is still to come.
    case since
    /// The seconds until it; negative once it is past.
    case until
  }

  /// There is no time.
  private static let none = Int64.min

  private let direction: Direction
  private let clock: @Sendable () -> Int64
  private let cell = MetricCell()

  /// - Parameter clock: milliseconds since 1970.
  init(_ direction: Direction, clock: @escaping @Sendable () -> Int64) {
    self.direction = direction
    self.clock = clock
    cell.set(Self.none)
  }

  /// Sets the time in milliseconds since 1970; nil for none, which is read as 0 since it, and as endless until it.
  package func set(_ time: Int64?) { cell.set(time ?? Self.none) }

  package func write(_ series: MetricSeries, to text: inout MetricText) {
    let time = cell.value
    if time == Self.none, direction == .until { return text.endless(series) }
    text.sample(series, time == Self.none ? 0 : nanoseconds(of: time))
  }

  private func nanoseconds(of time: Int64) -> Int64 {
    // Whatever the time is, there is no overflow.
    let limit = Int64.max / 1_000_000
    let (difference, isOverflow) = clock().subtractingReportingOverflow(time)
    let since = isOverflow ? (time < 0 ? limit : -limit) : max(-limit, min(limit, difference))
    return switch direction {
    case .since: max(since, 0) * 1_000_000
    case .until: -since * 1_000_000
    }
  }
}
