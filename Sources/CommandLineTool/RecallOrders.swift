/// The orders to withdraw notifications that are not safe yet.
///
/// It belongs to the run's thread.
final class RecallOrders {
  private var last = 0
  private var open: [Int: CheckedContinuation<Bool, Never>] = [:]

  /// Notes an order; returns its number.
  func begin(_ answer: CheckedContinuation<Bool, Never>) -> Int {
    last += 1
    open[last] = answer
    return last
  }

  /// Answers an order: it holds whatever happens to this process.
  func settle(_ order: Int) { open.removeValue(forKey: order)?.resume(returning: true) }

  /// Answers what is left: the run has ended.
  func end() {
    for answer in open.values { answer.resume(returning: false) }
    open = [:]
  }
}
