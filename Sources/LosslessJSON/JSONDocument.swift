/// One JSON text, the index of its values, and the edits made to it.
///
/// Nothing is decoded until it is read, and encoding copies every byte that no edit touched: `1.0`, `1e400`,
/// `"\u00e9"`, the order of members and the white space between them come out as they came in. The text of new
/// values is appended behind the original one, so that every value, old or new, is a node with bytes; an edit
/// only says that one node now stands for another.
///
/// A document is made once and parses one text after another into the memory it has.
@usableFromInline
package struct JSONDocument: ~Copyable {
  /// The treatment of a repeated key in one object, of which two readers may see two different payloads.
  package enum DuplicateKeys: Sendable {
    case reject
    case keepLast
  }

  /// The original text, and behind it the texts of new values.
  @usableFromInline var text: ByteBuffer
  @usableFromInline var nodes: UnsafeMutablePointer<JSONNode>
  var nodeCapacity: Int
  var nodeCount = 0

  var edits = PlainList<JSONEdit>()
  var editsAreSorted = true
  /// The numbers of the edits, sorted by the place of what they edit.
  var order = PlainList<UInt32>()
  /// The elements of arrays that were edited.
  var lists: [[NodeID]] = []
  var journal = PlainList<JournalEntry>()
  /// The number of lists at the last mark; those belong to edits before it.
  var markedLists: UInt32 = 0
  /// The bytes that were parsed.
  package private(set) var originalCount = 0
  /// New text beyond this many bytes is refused, so that a loop of assignments cannot fill the memory.
  var textLimit = Int.max

  /// The buffer of the last decoded string; each replaces the one before.
  var scratch = ByteBuffer()
  var keyScratch = ByteBuffer(capacity: 64)

  /// The deepest nesting of arrays and objects that is read or written.
  package let depthLimit: Int
  package let duplicateKeys: DuplicateKeys
  /// Nodes of the open containers during a scan.
  private let open: UnsafeMutablePointer<JSONScanner.OpenContainer>

  /// True when a string of the text has a surrogate escape without its other half.
  package internal(set) var hasLoneSurrogate = false
  /// The root value's node; meaningful after a successful ``parse(_:)``.
  package internal(set) var root: NodeID = 0

  /// The bytes of memory that the text and the index take.
  package var capacity: Int { text.capacity + nodeCapacity * MemoryLayout<JSONNode>.stride }

  package init(depthLimit: Int = 64, duplicateKeys: DuplicateKeys = .reject, capacity: Int = 4096) {
    self.depthLimit = depthLimit
    self.duplicateKeys = duplicateKeys
    text = ByteBuffer(capacity: capacity)
    nodeCapacity = 256
    nodes = .allocate(capacity: nodeCapacity)
    open = .allocate(capacity: depthLimit + 1)
  }

  deinit {
    nodes.deallocate()
    open.deallocate()
  }

  /// Reads `bytes` as one JSON value with white space around it, in place of what the document held.
  ///
  /// - Throws: ``JSONError`` with the offset into `bytes`.
  package mutating func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONError) {
    ParseCount.note()
    reset()
    if bytes.count > Int(Int32.max) { throw JSONError(cause: .tooLong, offset: Int(Int32.max)) }
    text.append(bytes)
    originalCount = text.count
    textLimit = text.count + 4 << 20
    root = try scan(from: 0)
    journal.removeAll()
  }

  /// Reads a text as one JSON value; offsets of errors count its UTF-8.
  package mutating func parse(_ text: String) throws(JSONError) {
    var text = text
    let result: Result<Void, JSONError> = text.withUTF8 { bytes in
      do throws(JSONError) {
        return .success(try parse(UnsafeRawBufferPointer(bytes)))
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  private mutating func reset() {
    text.removeAll()
    nodeCount = 0
    hasLoneSurrogate = false
    if !edits.isEmpty {
      edits.removeAll()
      editsAreSorted = true
      if !lists.isEmpty { lists.removeAll() }
    }
    journal.removeAll()
  }

  /// Indexes the text from `start` to its end, to stand inside of `levels` containers.
  mutating func scan(from start: Int, under levels: Int = 0) throws(JSONError) -> NodeID {
    let first = nodeCount
    text.start[text.count] = 0
    var scanner = JSONScanner(
      text.start, from: start, to: text.count, rejectsDuplicates: duplicateKeys == .reject, open: open,
      openLimit: depthLimit - levels, nodes: nodes, nodeCapacity: nodeCapacity, nodeCount: nodeCount)
    defer {
      nodes = scanner.nodes
      nodeCapacity = scanner.nodeCapacity
    }
    try scanner.run()
    nodes = scanner.nodes
    nodeCount = scanner.nodeCount
    if scanner.hasLoneSurrogate { hasLoneSurrogate = true }
    if scanner.hasDuplicates { dropDuplicates(from: first) }
    return NodeID(truncatingIfNeeded: first)
  }

  /// Takes all but the last of equal keys out of the objects from node `first` on.
  private mutating func dropDuplicates(from first: Int) {
    let last = nodeCount
    for node in first..<last where nodes[node].kind == .object && nodes[node].next > node + 1 {
      let object = NodeID(truncatingIfNeeded: node)
      let keys = JSONScanner.sortedKeys(of: object, nodes, text.start)
      for index in 1..<keys.count where keys[index].bytes == keys[index - 1].bytes {
        remove(slot: keys[index - 1].node + 1, from: object)
      }
    }
  }

  @inline(__always)
  mutating func append(_ node: JSONNode) -> NodeID {
    if nodeCount == nodeCapacity { (nodes, nodeCapacity) = JSONScanner.grown(nodes, nodeCount) }
    nodes[nodeCount] = node
    nodeCount &+= 1
    return NodeID(truncatingIfNeeded: nodeCount &- 1)
  }

}
