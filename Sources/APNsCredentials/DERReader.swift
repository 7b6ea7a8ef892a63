/// Reads one value after another of a DER text (X.690 §8, §10); never beyond its end.
struct DERReader {
  /// The tags that extensions and parameters here are made of.
  enum Tag {
    static let integer: UInt8 = 0x02
    static let octetString: UInt8 = 0x04
    static let null: UInt8 = 0x05
    static let objectIdentifier: UInt8 = 0x06
    static let utf8String: UInt8 = 0x0C
    static let ia5String: UInt8 = 0x16
    static let sequence: UInt8 = 0x30
  }

  private var rest: ArraySlice<UInt8>

  init(_ bytes: some Collection<UInt8>) { rest = Array(bytes)[...] }

  var isAtEnd: Bool { rest.isEmpty }

  /// Returns the number of bytes that the first value of a text has by its own length; nil where it is no
  /// SEQUENCE of a definite length.
  static func length(of bytes: [UInt8]) -> Int? {
    guard bytes.count >= 2, bytes[0] == Tag.sequence else { return nil }
    if bytes[1] < 0x80 { return 2 + Int(bytes[1]) }
    let count = Int(bytes[1] & 0x7F)
    guard (1...4).contains(count), bytes.count >= 2 + count else { return nil }
    return 2 + count + bytes[2..<2 + count].reduce(0) { $0 << 8 | Int($1) }
  }

  /// Returns the next value; nil at the end, and where the text is cut short or of another form.
  mutating func next() -> (tag: UInt8, content: ArraySlice<UInt8>)? {
    guard let tag = rest.popFirst(), let first = rest.popFirst() else { return nil }
    var length = Int(first)
    if first >= 0x80 {
      // Four bytes of length are 4 GiB.
      guard first != 0x80, first <= 0x84 else { return nil }
      length = 0
      for _ in 0..<first & 0x7F {
        guard let byte = rest.popFirst() else { return nil }
        length = length << 8 | Int(byte)
      }
    }
    guard length <= rest.count else { return nil }
    defer { rest = rest.dropFirst(length) }
    return (tag, rest.prefix(length))
  }
}
