/// A chain that is not in force any more, or does the work of one, and takes no more batches.
struct EndingChain {
  let chain: RunningChain
  /// The time at which its workers are killed, in nanoseconds of the monotonic clock; nil where its plugins are in force.
  var due: Int64?
}
