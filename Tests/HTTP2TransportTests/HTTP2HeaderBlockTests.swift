import HTTP2Transport
import Testing

/// Headers that are used for message after message.
struct HTTP2HeaderBlockTests {
  private static func lines(_ block: borrowing HTTP2HeaderBlock) -> [String] {
    block.shown { $1 }.map { "\($0.name)=\($0.value)" }
  }

  @Test func whatIsTakenOffLeavesNoTrace() {
    var block = HTTP2HeaderBlock()
    block.add("a", "1")
    block.add("long-name", String(repeating: "x", count: 1000), isIndexed: false)
    block.add("", "")
    #expect(block.count == 3)
    block.removeLast(to: 1)
    block.add("bé", "ü")
    let lines = Self.lines(block)
    #expect(lines == ["a=1", "bé=ü"])
    block.removeLast(to: 9)
    #expect(block.count == 2)
    block.removeLast(to: 0)
    let none = Self.lines(block)
    #expect(none.isEmpty && block.count == 0)
    block.add("a", "")
    let last = Self.lines(block)
    #expect(last == ["a="])
  }

  @Test func secretsAreShownAsTheCallerSays() {
    var block = HTTP2HeaderBlock()
    block.add("authorization", "bearer secret")
    block.add(":path", "/3/device/abc")
    let shown = block.shown { name, value in name == "authorization" ? "bearer …" : value }
    #expect(shown == [HTTP2Header("authorization", "bearer …"), HTTP2Header(":path", "/3/device/abc")])
  }
}
