import CEventLoop

/// The signals that ask this process to stop: SIGINT, SIGTERM, SIGHUP.
package enum StopSignals {
  /// Has the signals counted from now on, in place of their ending this process at once.
  ///
  /// ``patience`` after the first the count is two, as if somebody had asked again, and what this thread waits for is
  /// interrupted from then on.
  ///
  /// - Returns: a descriptor that is readable once there was one, until it is ``acknowledge()``d.
  @discardableResult
  package static func catchAll() -> Int32 { el_catch_stop_signals() }

  /// The seconds after which a stop counts as asked for a second time, so that nothing is waited for any longer.
  package static var patience: Int { Int(EL_STOP_PATIENCE) }

  /// The number of signals so far.
  package static var count: Int { Int(el_stop_signal_count()) }

  /// The number of the last signal.
  package static var last: Int32 { el_last_stop_signal() }

  /// Lets the signals through, which the process that started this one may have blocked.
  package static func unblock() { el_unblock_stop_signals() }

  /// Ends this process by a signal that it has caught, as if it had not.
  package static func endProcess(by signal: Int32) -> Never { el_end_by_signal(signal) }

  /// Catches the signals, and calls `handler` on the loop after each with how many there were.
  ///
  /// Signals that come at the same time may make one call. Several loops may watch.
  package static func watch(on reactor: Reactor, _ handler: @escaping (_ count: Int) -> Void)
    -> Reactor.Registration
  {
    // By edges: the descriptor stays readable, for the other loops of this process.
    reactor.watchEdges(catchAll()) { if count > 0 { handler(count) } }
  }

  /// Makes the descriptor of ``catchAll()`` quiet until the next signal.
  package static func acknowledge() {
    var count: eventfd_t = 0
    eventfd_read(catchAll(), &count)
  }
}
