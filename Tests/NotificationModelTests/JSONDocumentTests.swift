import NotificationModel
import Testing

/// A payload that nobody touched comes out byte for byte, and an edit touches nothing beside it.
struct JSONDocumentTests {
  static func encoded(_ document: inout JSONDocument) -> String {
    var buffer = ByteBuffer()
    document.encodeAll(to: &buffer)
    return String(decoding: buffer.bytes, as: UTF8.self)
  }

  @Test(arguments: [
    #"{"a":1.0,"b":9007199254740993,"c":1e400,"d":-0,"e":0.1e-7,"f":18446744073709551616}"#,
    #"{"a":"\u00e9\n\/\"\\","b":"é👨‍👩‍👧","c":"\ud83d\ude00","d":"\ud800 alone"}"#,
    #"{"z":[],"a":{},"n":null,"t":true,"f":false}"#, " {\t\"a\" :\r\n [ 1 , 2 ] } ", "[]", "0", "\"\"",
  ])
  func untouchedTextKeepsItsBytes(_ text: String) throws {
    var document = JSONDocument()
    try document.parse(text)
    #expect(Self.encoded(&document) == text)
  }

  @Test(arguments: [
    ("", 0, JSONError.Cause.unexpectedEnd), ("{", 1, .unexpectedEnd), (#"{"a"}"#, 4, .expectedColon),
    (#"{"a":1,}"#, 7, .expectedKey), ("[1,]", 3, .expectedValue), ("01", 1, .invalidNumber),
    ("1.", 2, .unexpectedEnd), ("-", 1, .unexpectedEnd), ("+1", 0, .expectedValue),
    ("nul", 3, .unexpectedEnd),
    ("\"a\u{1}\"", 2, .controlCharacter), (#""\x""#, 1, .invalidEscape), (#""\u12g4""#, 1, .invalidEscape),
    ("1 2", 2, .trailingBytes), (#"{"a":1,"a":2}"#, 7, .duplicateKey),
    (#"{"a":1,"\u0061":2}"#, 7, .duplicateKey),
    ("\u{FEFF}1", 0, .expectedValue), ("\"", 1, .unexpectedEnd), ("[1 2]", 3, .expectedCommaOrBracket),
  ])
  func refusesWhatIsNotJSON(_ text: String, _ offset: Int, _ cause: JSONError.Cause) {
    var document = JSONDocument()
    #expect(throws: JSONError(cause: cause, offset: offset)) { try document.parse(text) }
  }

  @Test(
    arguments: [
      [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
      [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
    ] as [[UInt8]])
  func refusesInvalidUTF8(_ bytes: [UInt8]) {
    var document = JSONDocument()
    #expect(throws: JSONError(cause: .invalidUTF8, offset: 1)) {
      try bytes.withUnsafeBytes { try document.parse($0) }
    }
  }

  @Test func refusesNestingBeyondTheLimit() throws {
    var document = JSONDocument(depthLimit: 3)
    try document.parse("[[[1]]]")
    #expect(throws: JSONError(cause: .tooDeep, offset: 3)) { try document.parse("[[[[1]]]]") }
  }

  @Test func findsADuplicateAmongManyKeys() {
    let members = (0..<5000).map { #""k\#($0)":\#($0)"# } + [#""k17":0"#]
    var document = JSONDocument()
    #expect(throws: JSONError.self) { try document.parse("{" + members.joined(separator: ",") + "}") }
  }

  @Test func keepsTheLastDuplicateWhereItIsToldTo() throws {
    var document = JSONDocument(duplicateKeys: .keepLast)
    try document.parse(#"{"a":1,"b":2,"a":3}"#)
    #expect(Self.encoded(&document) == #"{"b":2,"a":3}"#)
  }

  @Test func integersAreExactToTheEdgesOf64Bits() throws {
    var document = JSONDocument()
    try document.parse("[9223372036854775807,-9223372036854775808,9223372036854775808,-0,1.0]")
    let integers = try (0..<5).map { document.integer(of: try #require(document.element(document.root, $0))) }
    #expect(integers == [Int64.max, Int64.min, nil, nil, nil])
  }

  @Test func anEditKeepsPlaceAndNeighbours() throws {
    var document = JSONDocument()
    try document.parse(#"{ "a" : 1.0, "b": [ 1e400 ] , "c":"x" }"#)
    try document.set(document.root, "b", to: document.makeInteger(7))
    try document.set(document.root, "d", to: document.makeDouble(2))
    #expect(Self.encoded(&document) == #"{ "a" : 1.0, "b": 7 , "c":"x","d":2.0 }"#)
    document.remove(document.root, "a")
    #expect(Self.encoded(&document) == #"{ "b": 7 , "c":"x","d":2.0 }"#)
  }

  @Test func rollingBackLeavesNoTrace() throws {
    var document = JSONDocument()
    let text = #"{"a":{"b":[1,{"c":2}]},"d":3}"#
    try document.parse(text)
    let mark = document.mark()
    let inner = try #require(document.member(document.root, "a"))
    let array = try #require(document.member(inner, "b"))
    try document.insertElement(array, 0, document.makeInteger(0))
    document.remove(document.root, "d")
    try document.set(inner, "e", to: document.makeLiteral(.object))
    #expect(Self.encoded(&document) == #"{"a":{"b":[0,1,{"c":2}],"e":{}}}"#)
    document.rollBack(to: mark)
    #expect(!document.isEdited)
    #expect(Self.encoded(&document) == text)
  }
}
