import NotificationModel

/// The blocks of a PEM text (RFC 7468), read leniently: a text that was copied still has its key where the characters
/// between the markers are all there.
struct PEMText {
  /// A fault of a block that does not decode to a whole value.
  enum Damage: Equatable {
    /// The marker behind it is missing.
    case endless
    /// The marker before it is missing.
    case headless
    /// A part was replaced by dots or asterisks.
    case masked
    /// All letters were changed to one case.
    case singleCase
    /// It has fewer bytes than its own length says.
    case short(Int, of: Int)
    /// It has more bytes than its own length says.
    case long(Int, of: Int)
    /// It is no value in DER.
    case other

    /// A clause that says so.
    var message: String {
      switch self {
      case .endless: "its last line, '-----END …-----', is missing or cut short"
      case .headless: "its first line, '-----BEGIN …-----', is missing or cut short"
      case .masked: "a part of it is masked with dots or asterisks"
      case .singleCase: "all its letters were changed to one case"
      case .short(let count, let whole): "it is cut short: it has \(count) bytes of \(whole)"
      case .long(let count, let whole):
        "something was added to it: it has \(count) bytes, and should have \(whole)"
      case .other: "the characters between its markers were changed, and are no key"
      }
    }
  }

  /// The encryption that a block's headers name, `Proc-Type: 4,ENCRYPTED` and `DEK-Info` (RFC 1421 §4.6.1).
  struct Encryption: Equatable {
    /// OpenSSL's name, such as `AES-256-CBC`.
    var cipher: String
    var iv: [UInt8]
  }

  struct Block {
    /// The label behind `BEGIN`, such as `PRIVATE KEY`.
    var label: String
    var encryption: Encryption?
    /// Empty where it does not decode.
    var der: [UInt8]
    var damage: Damage?
  }

  /// In their order; empty where the text has none.
  private(set) var blocks: [Block] = []

  /// - Parameter text: as ``CopiedText`` makes it.
  init(_ text: [UInt8]) {
    let markers = Marker.all(in: text)
    for (index, begin) in markers.enumerated() where begin.word == .begin {
      let following = markers[(index + 1)...].prefix { $0.word == .end }
      if let end = following.first(where: { $0.label == begin.label }) {
        blocks.append(Self.block(begin.label, text, begin.end, end.start))
      } else {
        blocks.append(Block(label: begin.label, der: [], damage: .endless))
      }
    }
    if blocks.isEmpty, let end = markers.first {
      blocks = [Block(label: end.label, der: [], damage: .headless)]
    }
  }

  /// Returns whether a text has a marker, whole or not.
  static func hasMarker(_ text: [UInt8]) -> Bool { !Marker.all(in: text).isEmpty }

  // MARK: Markers

  /// A line such as `-----BEGIN PRIVATE KEY-----`, whose dashes and spaces may be of any number.
  private struct Marker {
    enum Word: CaseIterable {
      case begin
      case end

      var text: StaticString { self == .begin ? "BEGIN" : "END" }
    }

    var word: Word
    var label: String
    /// The index of its first dash.
    var start: Int
    /// Behind its last dash.
    var end: Int

    /// More blocks than half of them no credential has.
    private static let limit = 128

    /// The labels that are known, with which a text without its spaces is compared.
    private static let labels = [
      "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY", "EC PARAMETERS", "RSA PRIVATE KEY",
      "OPENSSH PRIVATE KEY", "PUBLIC KEY", "CERTIFICATE", "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST",
      "PKCS7", "PKCS12",
    ]

    /// Returns all of a text, in their order.
    static func all(in text: [UInt8]) -> [Marker] {
      var found: [Marker] = []
      var at = 0
      while at < text.count, found.count < limit {
        // Only what stands behind a dash, and perhaps white space, is one.
        guard text[at] == 0x2D else {
          at += 1
          continue
        }
        let start = at
        while at < text.count, text[at] == 0x2D { at += 1 }
        let dashes = at
        while at < text.count, isSpace(text[at]) { at += 1 }
        if let marker = Marker(in: text, dashes: start..<dashes, at: at) {
          found.append(marker)
          at = marker.end
        }
      }
      return found
    }

    /// Reads the one whose word begins at an index.
    private init?(in text: [UInt8], dashes: Range<Int>, at start: Int) {
      guard let word = Word.allCases.first(where: { CopiedText.has($0.text, in: text, at: start) }) else {
        return nil
      }
      var at = start + word.text.utf8CodeUnitCount
      var letters: [UInt8] = []
      while at < text.count, letters.count < 40, Self.isWord(text[at]) || Self.isSpace(text[at]) {
        if Self.isWord(text[at]) { letters.append(text[at]) }
        at += 1
      }
      let behind = at
      while at < text.count, at - behind < 5, text[at] == 0x2D { at += 1 }
      guard at > behind, !letters.isEmpty else { return nil }
      self.word = word
      label = Self.label(String(decoding: letters, as: UTF8.self).uppercased())
      // Base 64 for URLs may itself end with a dash; a marker has five.
      self.start = dashes.count > 5 ? dashes.upperBound - 5 : dashes.lowerBound
      end = at
    }

    private static func isWord(_ byte: UInt8) -> Bool {
      CopiedText.isLetter(byte) || CopiedText.isDigit(byte)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A }

    private static func label(_ letters: String) -> String {
      labels.first { $0.filter { $0 != " " } == letters } ?? letters
    }
  }

  // MARK: Content

  private static func block(_ label: String, _ text: [UInt8], _ start: Int, _ end: Int) -> Block {
    var block = Block(label: label, der: [])
    var body = text[start..<end]
    block.encryption = encryption(&body)
    if Self.isMasked(body) {
      block.damage = .masked
      return block
    }
    let digits = body.filter(isDigit)
    if isSingleCase(digits) {
      block.damage = .singleCase
      return block
    }
    // Dashes may be digits, or belong to no marker, as where lines were hyphenated.
    for candidate in [digits, digits.filter { $0 != 0x2D }] where block.der.isEmpty {
      if let bytes = Base64.decode(candidate), block.encryption != nil || damage(bytes) == nil {
        block.der = bytes
      }
    }
    if block.der.isEmpty { block.damage = damage(digits: digits) }
    return block
  }

  /// Returns the fault of digits of base 64 that are no whole value.
  private static func damage(digits: [UInt8]) -> Damage {
    // One digit alone is no byte.
    let bytes = Base64.decode(Array(digits.prefix(digits.count - (digits.count % 4 == 1 ? 1 : 0)))) ?? []
    return damage(bytes) ?? .long(bytes.count + 1, of: bytes.count)
  }

  /// Returns a digit of base 64, or of base 64 for URLs.
  static func isDigit(_ byte: UInt8) -> Bool {
    CopiedText.isLetter(byte) || CopiedText.isDigit(byte) || [0x2B, 0x2D, 0x2F, 0x5F].contains(byte)
  }

  private static func isMasked(_ body: ArraySlice<UInt8>) -> Bool {
    let text = String(decoding: body, as: UTF8.self)
    return text.contains("**") || text.contains("...")
  }

  private static func isSingleCase(_ digits: [UInt8]) -> Bool {
    let letters = digits.filter(CopiedText.isLetter)
    return letters.count > 40 && Set(letters.map { $0 & 0x20 }).count == 1
  }

  /// Returns the fault of a value in DER; nil where it is whole.
  static func damage(_ bytes: [UInt8]) -> Damage? {
    guard let whole = DERReader.length(of: bytes) else { return .other }
    if bytes.count < whole { return .short(bytes.count, of: whole) }
    return bytes.count > whole ? .long(bytes.count, of: whole) : nil
  }

  /// Takes the headers of an encrypted block off its body.
  private static func encryption(_ body: inout ArraySlice<UInt8>) -> Encryption? {
    guard let at = CopiedText.find("DEK-Info:", in: Array(body)) else { return nil }
    var rest = body.dropFirst(at + 9).drop { $0 == 0x20 }
    let cipher = rest.prefix { CopiedText.isLetter($0) || CopiedText.isDigit($0) || $0 == 0x2D }
    guard cipher.count <= 24, rest.dropFirst(cipher.count).first == 0x2C else { return nil }
    rest = rest.dropFirst(cipher.count + 1)
    // A block of DES has 8 bytes and one of AES 16; behind them may stand the key without a line break.
    let count = String(decoding: cipher, as: UTF8.self).uppercased().hasPrefix("DES") ? 16 : 32
    guard rest.count >= count, let iv = Hex.decode(Array(rest.prefix(count))) else { return nil }
    body = rest.dropFirst(count)
    return Encryption(cipher: String(decoding: cipher, as: UTF8.self).uppercased(), iv: iv)
  }
}
