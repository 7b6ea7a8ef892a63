/// A place in a JSON document: RFC 6901.
package struct JSONPointer: Sendable, Equatable {
  /// The reference tokens, `~0` and `~1` resolved.
  package var tokens: [String]

  /// "A JSON Pointer is a Unicode string containing a sequence of zero or more reference tokens, each prefixed by
  /// a '/' character"; nil where `text` is none.
  package init?(_ text: String) {
    if text.isEmpty {
      tokens = []
      return
    }
    // Byte by byte: to Swift, a '/' with an accent behind it is another character.
    var bytes = Array(text.utf8)[...]
    guard bytes.popFirst() == 0x2F else { return nil }
    tokens = []
    for part in bytes.split(separator: 0x2F, omittingEmptySubsequences: false) {
      var token: [UInt8] = []
      var rest = part
      while let byte = rest.popFirst() {
        if byte != 0x7E {
          token.append(byte)
          continue
        }
        switch rest.popFirst() {
        case 0x30: token.append(0x7E)
        case 0x31: token.append(0x2F)
        default: return nil
        }
      }
      tokens.append(String(decoding: token, as: UTF8.self))
    }
  }
}

extension JSONDocument {
  /// Returns the value at `pointer` below `node`, or nil where there is none.
  package func value(at pointer: JSONPointer, below node: NodeID) -> NodeID? {
    var at = node
    for token in pointer.tokens {
      switch kind(of: at) {
      case .object:
        guard let next = member(at, named: token) else { return nil }
        at = next
      case .array:
        guard let index = Int(token), String(index) == token, let next = element(at, index) else {
          return nil
        }
        at = next
      default: return nil
      }
    }
    return at
  }
}
