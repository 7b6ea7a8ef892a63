import LosslessJSON

extension NotificationLine {
  /// A header that a line may have for its request to APNs.
  ///
  /// Source: Apple, "Sending notification requests to APNs".
  package enum Header: Int, CaseIterable, Sendable {
    case id, topic, pushType, priority, expiration, collapseID

    /// The name in small letters, as HTTP/2 has it.
    package var name: StaticString {
      switch self {
      case .id: "apns-id"
      case .topic: "apns-topic"
      case .pushType: "apns-push-type"
      case .priority: "apns-priority"
      case .expiration: "apns-expiration"
      case .collapseID: "apns-collapse-id"
      }
    }

    /// A Boolean value that indicates whether the value is a whole number, which JSON may write as 5.0 as well.
    fileprivate var isNumber: Bool { self == .priority || self == .expiration }

    /// The header whose name has this many bytes: each name has another number.
    fileprivate static func named(ofLength count: Int) -> Header? {
      switch count {
      case 7: .id
      case 10: .topic
      case 13: .priority
      case 14: .pushType
      case 15: .expiration
      case 16: .collapseID
      default: nil
      }
    }
  }

  /// The values of headers, found in one walk: every plugin's end asks for some.
  struct HeaderSlots: Sendable {
    private var values = SIMD8<NodeID>()
    /// A bit for each header that was found under its very name, which goes before one with capitals.
    private var exact: UInt8 = 0

    /// Notes a member of `headers`; of two that mean the same header the later counts.
    mutating func note(_ key: NodeID, _ value: NodeID, _ document: borrowing JSONDocument) {
      guard let (header, isExact) = Self.header(key, document) else { return }
      let bit: UInt8 = 1 << UInt8(header.rawValue)
      if !isExact, exact & bit != 0 { return }
      if isExact { exact |= bit }
      values[header.rawValue] = value
    }

    /// The value of a header; nil where there is none.
    subscript(_ header: Header) -> NodeID? {
      values[header.rawValue] == 0 ? nil : values[header.rawValue]
    }

    /// Returns the header that a key names, whose letters may be capitals: RFC 9110 §5.1.
    fileprivate static func header(
      _ key: NodeID, _ document: borrowing JSONDocument
    ) -> (header: Header, isExact: Bool)? {
      let text = document.unquotedText(of: key)
      if text.contains(0x5C) {
        let name = document.swiftString(of: key)
        guard let header = Header.allCases.first(where: { "\($0.name)" == name.lowercased() }) else {
          return nil
        }
        return (header, name == "\(header.name)")
      }
      guard let header = Header.named(ofLength: text.count) else { return nil }
      let name = header.name.utf8Start
      var isExact = true
      for (index, byte) in text.enumerated() where byte != name[index] {
        guard (0x41...0x5A).contains(byte), byte | 0x20 == name[index] else { return nil }
        isExact = false
      }
      return (header, isExact)
    }
  }

  /// Returns the value of a header, or nil where the line has none.
  package func header(_ header: Header, _ document: borrowing JSONDocument) -> NodeID? {
    guard let found = headers[header], document.kind(of: found) != .null else { return nil }
    return found
  }

  /// Returns a header's text, also of one written as a number.
  package func headerText(_ header: Header, _ document: borrowing JSONDocument) -> String? {
    guard let node = self.header(header, document) else { return envelope?[header] }
    if document.kind(of: node) == .string { return document.swiftString(of: node) }
    if header.isNumber, let whole = Int64(exactly: document.double(of: node)) { return "\(whole)" }
    return String(decoding: document.rawText(of: node), as: UTF8.self)
  }

  /// Returns the header that a key of `headers` names; nil for one that APNs does not know.
  static func header(_ key: NodeID, _ document: borrowing JSONDocument) -> Header? {
    HeaderSlots.header(key, document)?.header
  }

  /// Returns whether a key of `headers` is one that APNs knows.
  static func isHeader(_ key: NodeID, _ document: borrowing JSONDocument) -> Bool {
    header(key, document) != nil
  }

  /// Returns the names of headers that mean nothing to APNs, in order.
  package func unknownHeaderNames(_ document: borrowing JSONDocument) -> [String] {
    guard let headers = field("headers", document) else { return [] }
    var names: [String] = []
    var cursor: UInt64 = 0
    while let (key, _) = document.nextMember(headers, &cursor) {
      if !Self.isHeader(key, document) { names.append(document.swiftString(of: key)) }
    }
    return names
  }
}
