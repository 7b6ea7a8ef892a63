import Delivery

/// The lines of one source whose fates are not told yet.
///
/// Each line that the source gave is told of exactly once, in the order of the source where it asks for that, and
/// several at once.
package struct FateLedger {
  private let receiver: any FateReceiver
  /// The numbers of the lines that have not been told of, in order.
  private var open: [Int] = []
  /// The fates of lines that wait for those before them.
  private var known: [Int: NotificationFate] = [:]
  private var ready: [LineFate] = []

  package init(_ receiver: any FateReceiver) { self.receiver = receiver }

  /// Notes that the source has given a line.
  package mutating func begin(_ line: Int) {
    open.append(line)
  }

  /// Notes what became of a line; the first fate of a line counts.
  package mutating func settle(_ line: Int, _ fate: NotificationFate) {
    guard known[line] == nil, let index = index(of: line) else { return }
    if !receiver.wantsOrder {
      open.remove(at: index)
      ready.append(LineFate(line, fate))
      return
    }
    known[line] = fate
    var count = 0
    while count < open.count, let fate = known.removeValue(forKey: open[count]) {
      ready.append(LineFate(open[count], fate))
      count += 1
    }
    open.removeFirst(count)
  }

  /// Forgets a line that was taken back; false where it was told of.
  package mutating func forget(_ line: Int) -> Bool {
    guard known[line] == nil, let index = index(of: line) else { return false }
    open.remove(at: index)
    return true
  }

  /// Returns whether a line was given and not told of.
  package func isOpen(_ line: Int) -> Bool { known[line] == nil && index(of: line) != nil }

  /// The numbers rise, so that one is found by halves.
  private func index(of line: Int) -> Int? {
    var (low, high) = (0, open.count)
    while low < high {
      let middle = (low + high) / 2
      if open[middle] < line { low = middle + 1 } else { high = middle }
    }
    return low < open.count && open[low] == line ? low : nil
  }

  /// Tells what is known.
  package mutating func flush() {
    guard !ready.isEmpty else { return }
    receiver.settle(ready)
    ready.removeAll(keepingCapacity: true)
  }

  /// Tells of what is left: nothing became of it in this run.
  package mutating func end() {
    for line in open { ready.append(LineFate(line, known[line] ?? .abandoned)) }
    open.removeAll()
    known.removeAll()
    flush()
  }
}
