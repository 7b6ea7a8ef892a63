import ConfigurationFiles

/// The phase of a run, with its data.
///
/// Signals, results and files report events; ``after(_:)`` alone says what follows from one. A phase goes forward only.
package enum RunPhase: Sendable, Equatable {
  /// Lines are read, and what the chain makes of them is passed on.
  case reading
  /// Nothing more is read; what is under way ends, and is retried for its own time.
  case draining(Cause, since: Int64)
  /// A signal has asked for an end: nothing is retried, and what is under way has until the stop's patience ends.
  case stopping(Stop)
  /// Nothing is waited for.
  case abandoned(Abandonment)
  /// Something failed that the run cannot go on without, the first failure of all.
  case failed(HostError, signal: Int32?)
  /// All is written and closed.
  case closed(RunEnd)

  /// The cause for which nothing more is read.
  package enum Cause: Sendable, Equatable {
    case inputEnded
    /// A plugin's `on_fault: halt` at this place.
    case halted(at: String)
  }

  /// A stop by a signal.
  package struct Stop: Sendable, Equatable {
    package var signal: Int32
    /// The time at which it was asked for, by a monotonic clock in nanoseconds.
    package var since: Int64
    /// The place at which a plugin had halted the run, or has since.
    package var halt: String?

    package init(signal: Int32, since: Int64, halt: String? = nil) {
      self.signal = signal
      self.since = since
      self.halt = halt
    }
  }

  /// The cause for which nothing is waited for.
  package enum Abandonment: Sendable, Equatable {
    /// A second signal, or the end of the first one's patience.
    case impatience(Stop)
    /// The reader of the output has gone, with the signal that came as well.
    case outputClosed(signal: Int32?, halt: String?)
  }
}

/// An event in a run.
package enum RunEvent: Sendable, Equatable {
  case inputEnded(at: Int64)
  /// A plugin's `on_fault: halt`.
  case halted(place: String, at: Int64)
  /// The first signal that asks for an end.
  case signal(Int32, at: Int64)
  /// A second signal, or the end of the first one's patience.
  case impatience(Int32, at: Int64)
  /// The reader of the output has gone.
  case outputClosed
  case failure(HostError)
  /// More is known of the failure that ends the run.
  case located(HostError)
  /// All is written and closed.
  case closed
}

/// The end of a run.
package struct RunEnd: Sendable, Equatable {
  /// The signal that stopped it.
  package var signal: Int32?
  /// The place at which a plugin's fault stopped it.
  package var halt: String?
  /// A Boolean value that is true where not all that was read was written.
  package var wasCutShort = false
  /// A Boolean value that is true where the reader of the output went away.
  package var outputClosed = false

  package init(
    signal: Int32? = nil, halt: String? = nil, wasCutShort: Bool = false, outputClosed: Bool = false
  ) {
    self.signal = signal
    self.halt = halt
    self.wasCutShort = wasCutShort
    self.outputClosed = outputClosed
  }
}

extension RunPhase {
  /// Returns the phase that an event leads to.
  package func after(_ event: RunEvent) -> RunPhase {
    switch self {
    case .closed: self
    case .failed(let error, let signal): Self.afterFailure(error, signal, event)
    case .abandoned(let abandonment): Self.afterAbandonment(abandonment, event)
    case .reading, .draining, .stopping: afterWork(event)
    }
  }

  private static func afterFailure(_ error: HostError, _ signal: Int32?, _ event: RunEvent) -> RunPhase {
    switch event {
    case .closed: .closed(RunEnd(signal: signal))
    case .signal(let number, _), .impatience(let number, _): .failed(error, signal: number)
    case .located(let error): .failed(error, signal: signal)
    case .inputEnded, .halted, .outputClosed, .failure: .failed(error, signal: signal)
    }
  }

  private static func afterAbandonment(_ abandonment: Abandonment, _ event: RunEvent) -> RunPhase {
    let phase = RunPhase.abandoned(abandonment)
    switch (event, abandonment) {
    case (.failure(let error), _): return .failed(error, signal: phase.signal)
    case (.closed, _): return .closed(phase.end)
    case (.signal(let number, _), .outputClosed(_, let halt)),
      (.impatience(let number, _), .outputClosed(_, let halt)):
      return .abandoned(.outputClosed(signal: number, halt: halt))
    default: return phase
    }
  }

  private func afterWork(_ event: RunEvent) -> RunPhase {
    switch event {
    case .inputEnded(let time):
      if case .reading = self { .draining(.inputEnded, since: time) } else { self }
    case .halted(let place, let time): halted(place, time)
    case .signal(let number, let time):
      if case .stopping(let stop) = self {
        .abandoned(.impatience(stop))
      } else {
        .stopping(Stop(signal: number, since: time, halt: halt))
      }
    case .impatience(let number, let time):
      .abandoned(.impatience(Stop(signal: number, since: stop?.since ?? time, halt: halt)))
    case .outputClosed: .abandoned(.outputClosed(signal: signal, halt: halt))
    case .failure(let error): .failed(error, signal: signal)
    case .located: self
    case .closed: .closed(end)
    }
  }

  private func halted(_ place: String, _ time: Int64) -> RunPhase {
    if halt != nil { return self }
    switch self {
    case .stopping(var stop):
      stop.halt = place
      return .stopping(stop)
    case .draining(_, let since): return .draining(.halted(at: place), since: since)
    default: return .draining(.halted(at: place), since: time)
    }
  }
}

extension RunPhase {
  /// A Boolean value that is true where lines are read.
  package var reads: Bool { self == .reading }

  /// A Boolean value that is true where what is under way is waited for.
  package var waits: Bool {
    switch self {
    case .reading, .draining, .stopping: true
    case .abandoned, .failed, .closed: false
    }
  }

  /// A Boolean value that is true where results of the chain are passed on: none that stands behind a halt is.
  package var takesResults: Bool { waits && halt == nil }

  /// A Boolean value that is true where what was read of a pipe goes on through the chain: it cannot be read again.
  package var finishesWhatWasRead: Bool { takesResults && stop != nil }

  /// The stop by a signal; nil where none has come.
  package var stop: Stop? {
    switch self {
    case .stopping(let stop), .abandoned(.impatience(let stop)): stop
    default: nil
    }
  }

  /// The place at which a plugin has halted the run; nil where none has.
  package var halt: String? {
    switch self {
    case .draining(.halted(let place), _): place
    case .stopping(let stop), .abandoned(.impatience(let stop)): stop.halt
    case .abandoned(.outputClosed(_, let halt)): halt
    case .closed(let end): end.halt
    case .reading, .draining, .failed: nil
    }
  }

  /// The signal that asked for an end; nil where none has.
  package var signal: Int32? {
    switch self {
    case .stopping(let stop), .abandoned(.impatience(let stop)): stop.signal
    case .abandoned(.outputClosed(let signal, _)), .failed(_, let signal): signal
    case .closed(let end): end.signal
    case .reading, .draining: nil
    }
  }

  /// The failure that ends the run; nil where there is none.
  package var failure: HostError? {
    if case .failed(let error, _) = self { error } else { nil }
  }

  /// The end that the run has had, or would have now.
  package var end: RunEnd {
    switch self {
    case .closed(let end): end
    case .abandoned(.impatience(let stop)): RunEnd(signal: stop.signal, halt: stop.halt, wasCutShort: true)
    case .abandoned(.outputClosed(let signal, let halt)):
      RunEnd(signal: signal, halt: halt, outputClosed: true)
    case .reading, .draining, .stopping, .failed: RunEnd(signal: signal, halt: halt)
    }
  }
}
