import APNsProtocol
import HTTP2Transport
import Testing

/// Requests are read in one pass, and nothing is judged.
struct PushRequestTests {
  private static func request(_ headers: [(String, String)]) -> PushRequest {
    PushRequest(stream: 1, headers: headers.map { HTTP2Header($0.0, $0.1) }, body: [])
  }

  @Test(
    arguments: [
      ("/3/device/00fc13", "00fc13"), ("/3/device/", ""), ("/3/device", ""), ("/3/devices/00", nil),
      ("/3/device/00/11", nil), ("/3/device/00?x", "00?x"), ("3/device/00", nil), ("/", nil), ("", nil),
      ("/3/device/../x", nil),
    ] as [(String, String?)])
  func theTokenIsTheEndOfThePath(_ path: String, _ token: String?) {
    #expect(Self.request([(":path", path)]).deviceToken.map(String.init) == token)
  }

  @Test func theFirstHeaderThatComesTwiceIsNamed() {
    let request = Self.request([
      ("apns-topic", "a"), ("x-other", "1"), ("x-other", "2"), ("apns-id", "1"), ("apns-id", "2"),
      ("apns-topic", "b"),
    ])
    #expect(request.duplicate == "apns-id")
    #expect(request.id == "2" && request.topic == "b")
    #expect(Self.request([("apns-topic", "a"), ("x-other", "1"), ("x-other", "2")]).duplicate == nil)
  }

  /// RFC 9113 §8.2: names of fields are in small letters.
  @Test func namesInCapitalsAreOtherHeaders() {
    #expect(Self.request([("Apns-Topic", "a")]).topic == nil)
  }
}
