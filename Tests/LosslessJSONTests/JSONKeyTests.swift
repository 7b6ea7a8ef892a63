import LosslessJSON
import Testing

/// Keys that differ in one byte are two keys, wherever the byte stands.
struct JSONKeyTests {
  @Test(arguments: [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 100])
  func oneByteTellsKeysApart(_ count: Int) throws {
    let key = (0..<count).map { UInt8(0x61 + $0 % 26) }
    var others = [String(decoding: key.dropLast(), as: UTF8.self)]
    for place in 0..<count {
      var other = key
      other[place] = 0x5F
      others.append(String(decoding: other, as: UTF8.self))
    }
    let name = String(decoding: key, as: UTF8.self)
    var document = JSONDocument()
    // No two of them are taken for duplicates, which would be refused.
    try document.parse(
      "{\(others.enumerated().map { "\"\($1)\":\($0)" }.joined(separator: ",")),\"\(name)\":-1}")
    let found = document.member(document.root, named: name)
    #expect(found.flatMap { document.integer(of: $0) } == -1)
    for (number, other) in others.enumerated() {
      let found = document.member(document.root, named: other)
      #expect(found.flatMap { document.integer(of: $0) } == Int64(number), "\(other)")
    }
    #expect(document.member(document.root, named: name + "_") == nil)
  }

  @Test func anEscapedKeyIsTheSameKey() throws {
    var document = JSONDocument()
    try document.parse(#"{"\u0061\"":1,"":2}"#)
    #expect(document.member(document.root, named: "a\"") != nil)
    #expect(document.member(document.root, named: "") != nil)
    #expect(document.member(document.root, named: #"\u0061\""#) == nil)
  }
}
