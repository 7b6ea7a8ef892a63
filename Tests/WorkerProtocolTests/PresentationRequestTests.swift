import NotificationModel
import Testing
import WorkerProtocol

/// What a content extension is asked arrives as it was written.
struct PresentationRequestTests {
  private func sample() throws -> PresentationRequest {
    var request = PresentationRequest(
      .didReceiveResponse(action: "reply", text: "hi"), payload: Array(#"{"aps":{}}"#.utf8), date: 12.5)
    request.envelope.identifier = "n1"
    request.envelope.deviceName = "0f"
    request.envelope.locales = ["de", "en"]
    request.envelope.timeZone = "Europe/Rome"
    request.envelope.collapseID = "c"
    request.attachments = [
      Attachment(
        identifier: "a", url: "file:///a.png", typeHint: "public.png", hidesThumbnail: true,
        clip: .init(x: 0, y: 0.5, width: 1, height: 0.5), time: 3),
      Attachment(identifier: "", url: "file:///b"),
    ]
    request.view = try PresentationAnswerTests.view()
    return request
  }

  @Test(arguments: [
    PresentationRequest.Call.didReceive, .didReceiveResponse(action: "a", text: nil),
    .didReceiveResponse(action: "", text: ""), .mediaPlay, .mediaPause,
  ])
  func everyCallArrives(_ call: PresentationRequest.Call) throws {
    var request = try sample()
    request.call = call
    #expect(try PresentationRequest(request.bytes) == request)
  }

  /// Numbers that a sender wrote into an envelope's attachments end no worker.
  @Test func attachmentsOfAnyNumbersArrive() throws {
    var request = try sample()
    request.attachments = [
      Attachment(identifier: "a", url: "", clip: .init(x: -1, y: 2, width: 1e300, height: 0), time: -1)
    ]
    #expect(try PresentationRequest(request.bytes) == request)
  }

  @Test func damagedBytesAreRefused() throws {
    let bytes = try sample().bytes
    for count in 0..<bytes.count {
      #expect(throws: ByteReader.Truncated.self) { try PresentationRequest(Array(bytes[..<count])) }
    }
    #expect(throws: ByteReader.Truncated.self) { try PresentationRequest(bytes + [0]) }
  }
}
