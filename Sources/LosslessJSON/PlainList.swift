/// Plain values that are kept from use to use: a list without the counting and the checks of an array.
///
/// Whoever indexes it knows that the index is there: a document's indices come from its own nodes.
struct PlainList<Element: BitwiseCopyable>: ~Copyable {
  private(set) var start: UnsafeMutablePointer<Element>
  private(set) var count = 0
  private var capacity: Int

  init(capacity: Int = 32) {
    self.capacity = capacity
    start = .allocate(capacity: capacity)
  }

  deinit { start.deallocate() }

  @inline(__always)
  var isEmpty: Bool { count == 0 }

  @inline(__always)
  subscript(_ index: Int) -> Element {
    get { start[index] }
    nonmutating set { start[index] = newValue }
  }

  @inline(__always)
  mutating func append(_ element: Element) {
    if count == capacity { grow() }
    (start + count).initialize(to: element)
    count &+= 1
  }

  /// Puts `element` before the one at `index`.
  mutating func insert(_ element: Element, at index: Int) {
    append(element)
    var at = count &- 1
    while at > index {
      start[at] = start[at &- 1]
      at &-= 1
    }
    start[index] = element
  }

  mutating func removeLast() -> Element {
    count &-= 1
    return start[count]
  }

  @inline(__always)
  mutating func removeAll() { count = 0 }

  @inline(never)
  private mutating func grow() {
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
    larger.initialize(from: start, count: count)
    start.deallocate()
    start = larger
    capacity *= 2
  }
}
