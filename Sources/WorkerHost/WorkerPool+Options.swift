import Glibc
import NotificationModel
import WorkerProtocol

extension WorkerPool {
  /// The number of workers, their limits, and what they are to do.
  package struct Options: Sendable {
    package var executable: String
    package var workers: Int
    package var payloadLimit: Int
    package var quarantineAfter: Int
    package var quarantineFor: Duration
    package var runner: RunnerOptions
    /// The time zone of the workers, as `TZ` has it; nil is this process' own.
    package var timeZone: String?
    /// The seed of random numbers and identifiers; nil is another each time.
    package var seed: UInt64?
    /// The time at which notifications are received, in seconds since 1970; nil is now.
    package var receivedAt: Double?
    /// The mark of the generation that the chain is; nil where no other may follow.
    package var generation: GenerationMark?
    /// The bytes of memory beyond those that these plugins take, for the plugins of a later ``reconfigure``.
    package var spareMemory = 0

    /// Makes options for one worker for each core, with limits of a payload as they are by default.
    package init(executable: String) {
      self.executable = executable
      workers = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
      payloadLimit = 1 << 20
      quarantineAfter = 5
      quarantineFor = .seconds(60)
      runner = RunnerOptions()
    }

    /// Has the workers write outcomes, and no lines for output.
    package mutating func reportOutcomes(traces: Bool) {
      runner.writesOutcomes = true
      runner.content = .none
      runner.traces = traces
    }

    /// Lets plugins run however often they fault.
    package mutating func stopQuarantine() {
      quarantineAfter = 0
      runner.quarantineAfter = 0
    }
  }
}
