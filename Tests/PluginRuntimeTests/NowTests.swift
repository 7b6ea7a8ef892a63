import Foundation
import Testing

/// `notilua.now`: the clock of the machine.
struct NowTests {
  @Test func isTheTimeNow() throws {
    let before = Date().timeIntervalSince1970
    let seconds = try #require(Double(try Evaluation.text("(\"%.6f\"):format(notilua.now())").dropFirst(2)))
    #expect((before - 0.001...Date().timeIntervalSince1970 + 0.001).contains(seconds))
  }

  @Test func hasAFraction() throws {
    #expect(try Evaluation.text("math.type(notilua.now())") == "= float")
  }
}
