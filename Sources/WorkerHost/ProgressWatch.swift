import WorkerProtocol

/// The last step of a worker that the host has seen, and when.
package struct ProgressWatch {
  /// The work that a worker has.
  package struct Work {
    /// The batch, as the worker notes it.
    package var batch: UInt64
    package var items: Int
    /// The number of times that an item may be begun anew: once for each plugin.
    package var passes: UInt32

    package init(batch: UInt64, items: Int, passes: UInt32) {
      self.batch = batch
      self.items = items
      self.passes = passes
    }
  }

  private var last = WorkerProgress.idle
  /// The time at which the step was seen, on the monotonic clock.
  private var since: Int64 = 0
  /// A Boolean value that indicates whether the worker took too long for a step.
  package private(set) var isOverdue = false

  package init() {}

  /// Begins anew, with a process that has not done a step yet.
  package mutating func reset(at now: Int64) {
    isOverdue = false
    begin(at: now)
  }

  /// Begins to measure how long the next step takes.
  package mutating func begin(after progress: WorkerProgress = .idle, at now: Int64) {
    last = progress
    since = now
  }

  /// Leaves time in which the host did not look out of account.
  package mutating func excuse(_ time: Int64) { since += time }

  /// Compares what the worker notes now with what it noted before.
  ///
  /// - Parameter limit: the longest that a step may take, in nanoseconds.
  package mutating func look(at progress: WorkerProgress, _ work: Work, limit: Int64, now: Int64) {
    if isLater(progress, work) {
      begin(after: progress, at: now)
    } else if now - since > limit + limit / 10 + 250_000_000 {
      isOverdue = true
    }
  }

  /// Only a later place of the batch that the worker has counts: one that writes there at will gets no more time than
  /// there are steps.
  private func isLater(_ progress: WorkerProgress, _ work: Work) -> Bool {
    guard progress.batch == work.batch,
      progress.batch == WorkerProgress.idle.batch || Int(progress.item) < work.items
    else { return false }
    let (pass, lastPass) = (min(progress.pass, work.passes), min(last.pass, work.passes))
    return last.batch != work.batch
      || (progress.item, pass, progress.plugin) > (last.item, lastPass, last.plugin)
  }
}
