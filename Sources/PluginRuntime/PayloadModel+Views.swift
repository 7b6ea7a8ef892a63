import CLuaBoundary
import LosslessJSON
import NotificationModel

// Documents, as the views in Lua read them.

extension PayloadModel {
  /// Reads member `key` of an object.
  static func getMember(
    _ plugin: UnsafeMutableRawPointer?, _ call: UnsafeMutableRawPointer?, _ document: nl_document,
    _ node: UInt32, _ key: nl_bytes, _ out: UnsafeMutablePointer<nl_value>
  ) {
    let document = Self.document(plugin, call, document)
    let found = document.pointee.member(node, UnsafeRawBufferPointer(start: key.start, count: key.count))
    fill(&out.pointee, found, document)
  }

  /// Reads an element, from 1; `hint` is the place of the one that was read last.
  static func getElement(
    _ plugin: UnsafeMutableRawPointer?, _ call: UnsafeMutableRawPointer?, _ document: nl_document,
    _ node: UInt32, _ index: Int64, _ hint: UnsafeMutablePointer<UInt64>,
    _ out: UnsafeMutablePointer<nl_value>
  ) {
    let document = Self.document(plugin, call, document)
    var place = (
      index: UInt32(truncatingIfNeeded: hint.pointee >> 32),
      node: UInt32(truncatingIfNeeded: hint.pointee)
    )
    let found = index > 0 ? document.pointee.element(node, Int(index) - 1, hint: &place) : nil
    hint.pointee = UInt64(place.index) << 32 | UInt64(place.node)
    fill(&out.pointee, found, document)
  }

  /// Counts the elements of an array.
  static func count(
    _ plugin: UnsafeMutableRawPointer?, _ call: UnsafeMutableRawPointer?, _ document: nl_document,
    _ node: UInt32
  ) -> Int64 {
    Int64(Self.document(plugin, call, document).pointee.count(of: node))
  }

  /// Reads the member after `cursor`; false at the end.
  static func nextMember(
    _ plugin: UnsafeMutableRawPointer?, _ call: UnsafeMutableRawPointer?, _ document: nl_document,
    _ node: UInt32, _ cursor: UnsafeMutablePointer<UInt64>, _ key: UnsafeMutablePointer<nl_value>,
    _ value: UnsafeMutablePointer<nl_value>
  ) -> Bool {
    let document = Self.document(plugin, call, document)
    guard let (name, found) = document.pointee.nextMember(node, &cursor.pointee) else { return false }
    fill(&value.pointee, found, document)
    fillKey(&key.pointee, name, document)
    return true
  }

  /// Encodes a value as it stands now.
  static func text(
    _ plugin: UnsafeMutableRawPointer?, _ call: UnsafeMutableRawPointer?, _ document: nl_document,
    _ node: UInt32, _ out: UnsafeMutablePointer<nl_bytes>
  ) {
    let document = Self.document(plugin, call, document)
    let context = context(plugin)
    context.pointee.buffer.removeAll()
    document.pointee.encode(node, to: &context.pointee.buffer)
    out.pointee = nl_bytes(start: context.pointee.buffer.start, count: context.pointee.buffer.count)
  }

  @inline(__always)
  static func fill(
    _ out: inout nl_value, _ node: NodeID?, _ document: UnsafeMutablePointer<JSONDocument>
  ) {
    guard let node else {
      out.kind = NL_NIL
      return
    }
    switch document.pointee.kind(of: node) {
    case .string:
      let text = document.pointee.string(of: node)
      out.kind = NL_STRING
      out.bytes = nl_bytes(start: text.baseAddress?.assumingMemoryBound(to: UInt8.self), count: text.count)
    case .number:
      if let integer = document.pointee.integer(of: node) {
        out.kind = NL_INTEGER
        out.integer = integer
      } else {
        out.kind = NL_NUMBER
        out.number = document.pointee.double(of: node)
      }
    case .true:
      out.kind = NL_BOOLEAN
      out.integer = 1
    case .false:
      out.kind = NL_BOOLEAN
      out.integer = 0
    case .object:
      out.kind = NL_OBJECT
      out.node = node
    case .array:
      out.kind = NL_ARRAY
      out.node = node
    case .null, .link: out.kind = NL_NULL
    }
  }

  /// Fills in a member's key, whose bytes live beside those of its value.
  static func fillKey(
    _ out: inout nl_value, _ key: NodeID, _ document: UnsafeMutablePointer<JSONDocument>
  ) {
    out.kind = NL_STRING
    let text = document.pointee.key(of: key)
    out.bytes = nl_bytes(start: text.baseAddress?.assumingMemoryBound(to: UInt8.self), count: text.count)
  }

  static func fill(
    _ out: inout nl_value, _ text: String?, _ state: UnsafeMutablePointer<NotificationState>
  ) {
    guard let text else {
      out.kind = NL_NIL
      return
    }
    state.pointee.buffer.removeAll()
    state.pointee.buffer.append(text)
    out.kind = NL_STRING
    out.bytes = nl_bytes(start: state.pointee.buffer.start, count: state.pointee.buffer.count)
  }
}
