import APNs
import Testing

/// Bodies of responses that are not what APNs documents.
struct APNsAnswerTests {
  @Test(arguments: [
    "", "{", "[]", "null", #"{"reason":7}"#, #"{"reason":"a b"}"#, #"{"reason":"\u001b[2J"}"#,
    #"{"timestamp":"x"}"#, String(repeating: "[", count: 4000), String(repeating: "x", count: 100_000),
  ])
  func aBodyThatIsNoReasonIsNone(_ body: String) {
    #expect(APNsAnswer.read(Array(body.utf8)).reason == "")
  }
}
