/// A place in a JSON document: RFC 6901.
package struct JSONPointer: Sendable, Equatable {
  /// The reference tokens, `~0` and `~1` resolved.
  package var tokens: [String]

  package init(tokens: [String]) { self.tokens = tokens }

  /// "A JSON Pointer is a Unicode string containing a sequence of zero or more reference tokens, each prefixed by
  /// a '/' character"; nil where `text` is none.
  package init?(_ text: String) {
    if text.isEmpty {
      tokens = []
      return
    }
    guard text.first == "/" else { return nil }
    tokens = []
    for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      var token = ""
      var rest = part[...]
      while let character = rest.popFirst() {
        if character != "~" {
          token.append(character)
          continue
        }
        switch rest.popFirst() {
        case "0": token.append("~")
        case "1": token.append("/")
        default: return nil
        }
      }
      tokens.append(token)
    }
  }

  /// The pointer as text.
  package var description: String {
    var text = ""
    for token in tokens {
      text.append("/")
      for character in token {
        switch character {
        case "~": text.append("~0")
        case "/": text.append("~1")
        default: text.append(character)
        }
      }
    }
    return text
  }
}

extension JSONDocument {
  /// The value at `pointer` below `node`, or nil where there is none.
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
