import Localization
import LosslessJSON
import NotificationModel

/// The arguments of a text while it is made.
///
/// Texts are not copied: they live in Lua or in a document until the text is made. Only what JSON has escaped is.
struct ArgumentList: ~Copyable {
  private(set) var values: [FormatArgument] = []
  private var unescaped = ByteBuffer(capacity: 64)

  mutating func removeAll() {
    values.removeAll(keepingCapacity: true)
    unescaped.removeAll()
  }

  mutating func append(_ value: AssignedValue) {
    switch value {
    case .nil, .null: values.append(.missing)
    case .boolean(let flag): values.append(.boolean(flag))
    case .integer(let number): values.append(.integer(number))
    case .double(let number): values.append(.number(number))
    case .string(let text): values.append(.text(text))
    case .json(let text), .other(let text): values.append(.structure(text))
    }
  }

  /// Appends the elements of a JSON array.
  mutating func append(_ array: NodeID, of document: borrowing JSONDocument) {
    // What was unescaped must not move, and is never longer than what it was made of.
    unescaped.reserve(document.rawText(of: array).count)
    var hint = (index: UInt32(0), node: NodeID(0))
    var index = 0
    while let node = document.element(array, index, hint: &hint) {
      index += 1
      switch document.kind(of: node) {
      case .null: values.append(.missing)
      case .true: values.append(.boolean(true))
      case .false: values.append(.boolean(false))
      case .number:
        let raw = document.rawText(of: node)
        if let integer = document.integer(of: node) {
          values.append(.integer(integer))
        } else if raw.contains(where: { $0 | 0x20 == 0x65 }) {
          values.append(.number(document.double(of: node)))
        } else {
          // As the payload has it: 1.50, and integers that are too large for others.
          values.append(.text(raw))
        }
      case .string:
        let raw = document.rawText(of: node)
        let inside = UnsafeRawBufferPointer(rebasing: raw[1..<(raw.count - 1)])
        guard inside.contains(0x5C) else {
          values.append(.text(inside))
          continue
        }
        let start = unescaped.count
        document.withText(of: node) { unescaped.append($0) }
        values.append(.text(UnsafeRawBufferPointer(rebasing: unescaped.bytes[start...])))
      default: values.append(.structure(document.rawText(of: node)))
      }
    }
  }
}
