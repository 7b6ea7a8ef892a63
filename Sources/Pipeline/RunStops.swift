import CProcessSandbox
import Glibc

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
    let pipe = ps_catch_stop_signals()
    return RunStops(
      descriptor: pipe, count: { Int(ps_stop_signal_count()) }, last: { ps_last_stop_signal() },
      acknowledge: {
        var byte: UInt8 = 0
        while read(pipe, &byte, 1) == 1 {}
      })
  }
}
