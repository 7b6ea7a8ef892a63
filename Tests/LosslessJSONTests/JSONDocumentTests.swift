import LosslessJSON
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
    let output1 = Self.encoded(&document)
    #expect(output1 == text)
  }

  /// The error that a text gives, or nil.
  static func error(_ bytes: [UInt8], depthLimit: Int = 64) -> JSONError? {
    var document = JSONDocument(depthLimit: depthLimit)
    do {
      try bytes.withUnsafeBytes { try document.parse($0) }
      return nil
    } catch {
      return error as? JSONError
    }
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
    #expect(Self.error(Array(text.utf8)) == JSONError(cause: cause, offset: offset))
  }

  @Test(
    arguments: [
      [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
      [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
    ] as [[UInt8]])
  func refusesInvalidUTF8(_ bytes: [UInt8]) {
    #expect(Self.error(bytes) == JSONError(cause: .invalidUTF8, offset: 1))
  }

  @Test func refusesNestingBeyondTheLimit() {
    #expect(Self.error(Array("[[[1]]]".utf8), depthLimit: 3) == nil)
    #expect(Self.error(Array("[[[[1]]]]".utf8), depthLimit: 3) == JSONError(cause: .tooDeep, offset: 3))
  }

  @Test func findsADuplicateAmongManyKeys() {
    let members = (0..<5000).map { #""k\#($0)":\#($0)"# } + [#""k17":0"#]
    let text = "{" + members.joined(separator: ",") + "}"
    #expect(Self.error(Array(text.utf8))?.cause == .duplicateKey)
  }

  @Test func keepsTheLastDuplicateWhereItIsToldTo() throws {
    var document = JSONDocument(duplicateKeys: .keepLast)
    try document.parse(#"{"a":1,"b":2,"a":3}"#)
    let output2 = Self.encoded(&document)
    #expect(output2 == #"{"b":2,"a":3}"#)
  }

  @Test func integersAreExactToTheEdgesOf64Bits() throws {
    var document = JSONDocument()
    try document.parse("[9223372036854775807,-9223372036854775808,9223372036854775808,-0,1.0]")
    var integers: [Int64?] = []
    for index in 0..<5 {
      integers.append(document.element(document.root, index).flatMap { document.integer(of: $0) })
    }
    #expect(integers == [Int64.max, Int64.min, nil, nil, nil])
  }

  @Test func anEditKeepsPlaceAndNeighbours() throws {
    var document = JSONDocument()
    try document.parse(#"{ "a" : 1.0, "b": [ 1e400 ] , "c":"x" }"#)
    try document.set(document.root, "b", to: document.makeInteger(7))
    try document.set(document.root, "d", to: document.makeDouble(2))
    let output3 = Self.encoded(&document)
    #expect(output3 == #"{ "a" : 1.0, "b": 7 , "c":"x","d":2.0 }"#)
    document.remove(document.root, "a")
    let output4 = Self.encoded(&document)
    #expect(output4 == #"{ "b": 7 , "c":"x","d":2.0 }"#)
  }

  @Test func rollingBackLeavesNoTrace() throws {
    var document = JSONDocument()
    let text = #"{"a":{"b":[1,{"c":2}]},"d":3}"#
    try document.parse(text)
    let mark = document.mark()
    let inner = document.member(document.root, "a") ?? 0
    let array = document.member(inner, "b") ?? 0
    try document.insertElement(array, 0, document.makeInteger(0))
    document.remove(document.root, "d")
    try document.set(inner, "e", to: document.makeLiteral(.object))
    let output5 = Self.encoded(&document)
    #expect(output5 == #"{"a":{"b":[0,1,{"c":2}],"e":{}}}"#)
    document.rollBack(to: mark)
    let isEdited = document.isEdited
    #expect(!isEdited)
    let output6 = Self.encoded(&document)
    #expect(output6 == text)
  }
}
