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

  @Test func findsADuplicateAmongManyKeys() {
    let members = (0..<5000).map { #""k\#($0)":\#($0)"# } + [#""k17":0"#]
    let text = "{" + members.joined(separator: ",") + "}"
    #expect(JSONScannerTests.error(Array(text.utf8))?.cause == .duplicateKey)
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
