import LosslessJSON
import Testing

struct JSONPointerTests {
  // The examples of RFC 6901 §5.
  @Test(arguments: [
    ("/foo/0", #""bar""#), ("/a~1b", "1"), ("/m~0n", "8"), ("/", "0"), ("/ ", "7"), ("/k\"l", "6"),
  ])
  func pointsAtTheExamplesOfTheRFC(_ pointer: String, _ value: String) throws {
    var document = JSONDocument()
    try document.parse(##"{"foo":["bar","baz"],"":0,"a/b":1,"k\"l":6," ":7,"m~n":8}"##)
    let parsed = try #require(JSONPointer(pointer))
    let found = document.value(at: parsed, below: document.root).map {
      String(decoding: document.rawText(of: $0), as: UTF8.self)
    }
    #expect(found == value)
  }

  @Test(arguments: ["foo", "/a~", "/a~2"])
  func refusesWhatIsNoPointer(_ text: String) { #expect(JSONPointer(text) == nil) }

  @Test func takesTheBytesAsTheyStand() throws {
    var document = JSONDocument()
    try document.parse("{\"\u{301}a\":{\"~/\":7}}")
    let pointer = try #require(JSONPointer("/\u{301}a/~0~1"))
    let found = document.value(at: pointer, below: document.root) != nil
    #expect(found)
  }
}
