/// The armed timers of a reactor, by their time; those of one time in the order in which they were armed.
///
/// A binary heap whose nodes know their place, so that a timer that is disarmed leaves nothing behind.
struct TimerQueue {
  /// A timer's place in the heap.
  final class Node {
    fileprivate(set) var due: Int64 = 0
    fileprivate(set) var order: UInt64 = 0
    /// -1 while the timer is not armed.
    fileprivate var index = -1
    let handler: () -> Void

    init(_ handler: @escaping () -> Void) { self.handler = handler }

    var isArmed: Bool { index >= 0 }

    fileprivate func comesBefore(_ other: Node) -> Bool { (due, order) < (other.due, other.order) }
  }

  private var heap: [Node] = []
  private(set) var nextOrder: UInt64 = 0

  /// The timer that is due first.
  var first: Node? { heap.first }
  var count: Int { heap.count }

  /// Arms a timer; one that is armed gets the new time.
  mutating func insert(_ node: Node, due: Int64) {
    remove(node)
    node.due = due
    node.order = nextOrder
    nextOrder += 1
    heap.append(node)
    node.index = heap.count - 1
    rise(node.index)
  }

  /// Disarms a timer, if it is armed.
  mutating func remove(_ node: Node) {
    let index = node.index
    guard index >= 0 else { return }
    node.index = -1
    let last = heap.removeLast()
    guard index < heap.count else { return }
    place(last, index)
    rise(index)
    sink(last.index)
  }

  private mutating func place(_ node: Node, _ index: Int) {
    heap[index] = node
    node.index = index
  }

  private mutating func rise(_ start: Int) {
    var index = start
    let node = heap[index]
    while index > 0, node.comesBefore(heap[(index - 1) / 2]) {
      place(heap[(index - 1) / 2], index)
      index = (index - 1) / 2
    }
    place(node, index)
  }

  private mutating func sink(_ start: Int) {
    var index = start
    let node = heap[index]
    while let child = leastChild(of: index), heap[child].comesBefore(node) {
      place(heap[child], index)
      index = child
    }
    place(node, index)
  }

  private func leastChild(of index: Int) -> Int? {
    let left = 2 * index + 1
    guard left < heap.count else { return nil }
    return left + 1 < heap.count && heap[left + 1].comesBefore(heap[left]) ? left + 1 : left
  }
}
