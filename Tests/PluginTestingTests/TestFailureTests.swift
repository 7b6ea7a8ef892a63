import PluginTesting
import Testing

/// The lines of a failure, as reports have them.
struct TestFailureTests {
  @Test func valuesStandBelowTheMessage() {
    let failure = TestFailure("payload", "is another", expected: "1", actual: "2")
    #expect(failure.lines.first == "payload: is another")
    #expect(failure.lines.contains { $0.contains("expected") && $0.hasSuffix("1") })
    #expect(failure.lines.contains { $0.contains("got") && $0.hasSuffix("2") })
  }

  @Test func theTraceIsLast() {
    let failure = TestFailure("fault", "is there", trace: ["p/init.lua:3: in did_receive", "    a = 1"])
    #expect(failure.lines.count == 3)
    #expect(failure.lines.last?.hasSuffix("a = 1") ?? false)
  }
}
