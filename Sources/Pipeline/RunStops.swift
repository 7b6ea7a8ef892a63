import EventLoop

/// The signals that ask a run for an end.
package struct RunStops {
  /// Readable where one has come.
  package var descriptor: Int32
  /// Returns how many have come; the end of the first one's patience counts as another.
  package var count: () -> Int
  /// Returns the number of the last one.
  package var last: () -> Int32
  /// Makes the descriptor quiet until the next one.
  package var acknowledge: () -> Void

  package init(
    descriptor: Int32, count: @escaping () -> Int, last: @escaping () -> Int32,
    acknowledge: @escaping () -> Void
  ) {
    self.descriptor = descriptor
    self.count = count
    self.last = last
    self.acknowledge = acknowledge
  }

  /// None, as long as none is caught.
  static var none: RunStops {
    RunStops(descriptor: -1, count: { 0 }, last: { 0 }, acknowledge: {})
  }

  /// Catches the signals of this process from now on.
  package static func caught() -> RunStops {
    RunStops(
      descriptor: StopSignals.catchAll(), count: { StopSignals.count }, last: { StopSignals.last },
      acknowledge: { StopSignals.acknowledge() })
  }
}
