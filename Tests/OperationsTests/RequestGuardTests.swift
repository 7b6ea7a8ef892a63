import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOTLS
import Operations
import Testing

/// The deadlines and refusals of one connection, by a clock that the test moves; Tests/Strangers/service.py has sockets.
struct RequestGuardTests {
  /// A connection of which the guard is a part, between HTTP's codec and a handler that answers when it is told to.
  private final class Sample {
    let channel = EmbeddedChannel()
    let loop: EmbeddedEventLoop
    var isOpen: Bool { channel.isActive }

    init(
      _ limits: RequestLimits = RequestLimits(), standing: Problem? = nil, isSecured: Bool = false
    ) throws {
      loop = channel.embeddedEventLoop
      let connections = Connections(limit: 10)
      try channel.connect(to: SocketAddress(unixDomainSocketPath: "/x")).wait()
      let pipeline = channel.pipeline.syncOperations
      if isSecured { try pipeline.addHandler(TLSEdge()) }
      try pipeline.addHandler(HTTPResponseEncoder())
      try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
      try pipeline.addHandler(
        RequestGuard(limits, connections, standing: standing, isSecured: isSecured))
    }

    func send(_ text: String) throws { try channel.writeInbound(ByteBuffer(string: text)) }

    /// Returns the names of the parts that came through the guard.
    func parts() throws -> String {
      var text = ""
      while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
        switch part {
        case .head(let head): text += "\(head.uri) "
        case .body(let bytes): text += "\(bytes.readableBytes) "
        case .end: text += "end "
        }
      }
      return text
    }

    /// Returns the text that was written.
    func said() throws -> String {
      var text = ""
      while let bytes = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: bytes) }
      return text
    }

    /// Returns the statuses that were written.
    func statuses() throws -> [String] {
      try said().split(separator: "HTTP/1.1 ").dropFirst(0).compactMap { part in
        let status = part.prefix(3)
        return status.allSatisfy(\.isNumber) && status.count == 3 ? String(status) : nil
      }
    }

    func answer() throws {
      try channel.writeOutbound(
        HTTPServerResponsePart.head(
          HTTPResponseHead(version: .http1_1, status: .ok, headers: ["content-length": "0"])))
      try channel.writeOutbound(HTTPServerResponsePart.end(nil))
    }
  }

  private static let request = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"

  @Test func aRequestAndItsAnswerPass() throws {
    let sample = try Sample()
    try sample.send(Self.request)
    #expect(try sample.parts() == "/a end ")
    try sample.answer()
    #expect(try sample.statuses() == ["200"])
    #expect(sample.isOpen)
  }

  /// What comes behind a request that cannot be read reaches nobody: the error for it has its bytes, perhaps a key.
  @Test(arguments: ["x\r\n", "5 5\r\nhello\r\n", "0\r\nX: \u{0}\r\n\r\n"])
  func noErrorHasTheBytesBehindARefusal(_ chunk: String) throws {
    let sample = try Sample()
    try sample.send("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)")
    #expect(try sample.statuses() == ["400"])
    #expect(throws: Never.self) {
      try sample.send("GET /b HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer nk_SECRET\r\n\r\n")
    }
    #expect(try sample.said() == "")
  }

  /// RFC 9110 §10.1.1: a client that expects it sends its body after 100 only.
  @Test func aBodyIsAskedFor() throws {
    let sample = try Sample()
    try sample.send("POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    #expect(try sample.statuses() == ["100"])
    try sample.send("ab")
    #expect(try sample.parts() == "/a 2 end ")
  }

  /// The statuses of RFC 9110 and RFC 9112.
  @Test(arguments: [
    ("GET /a HTTP/1.1\r\n\r\n", "400"), ("GET /a HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "400"),
    ("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n", "413"),
    (
      "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", "400"
    ),
    ("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "501"),
    ("GET /a HTTP/1.1\r\nHost: x\r\nExpect: more\r\n\r\n", "417"),
    ("BREW /a HTTP/1.1\r\nHost: x\r\n\r\n", "501"),
    ("GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", "400"), ("GET /a HTTP/1.1\r\nHost : x\r\n\r\n", "400"),
  ])
  func aBrokenRuleIsRefusedWithItsStatus(_ text: String, _ status: String) throws {
    let sample = try Sample()
    try? sample.send(text)
    #expect(try sample.parts() == "")
    let said = try sample.said()
    #expect(said.hasPrefix("HTTP/1.1 \(status) "), "\(said)")
    #expect(said.contains("content-type: application/problem+json") && said.contains("connection: close"))
    // What is behind it is not read as a request.
    try? sample.send(Self.request)
    #expect(try sample.parts() == "")
    sample.loop.advanceTime(by: .seconds(3))
    #expect(!sample.isOpen)
  }

  @Test func aPeerWithAProblemIsToldOfIt() throws {
    let sample = try Sample(standing: Problem(.forbidden, "not you"))
    try sample.send(Self.request)
    #expect(try sample.parts() == "")
    #expect(try sample.said().contains("not you"))
  }

  // MARK: Deadlines

  @Test func nothingIsWaitedForInVain() throws {
    let sample = try Sample()
    sample.loop.advanceTime(by: .seconds(9))
    #expect(sample.isOpen)
    sample.loop.advanceTime(by: .seconds(2))
    #expect(!sample.isOpen)
    #expect(try sample.said() == "")
  }

  /// The handshake of TLS has a time of its own, and a request has the whole of its own behind it.
  @Test func aHandshakeHasItsTime() throws {
    let slow = try Sample(isSecured: true)
    slow.loop.advanceTime(by: .seconds(4))
    #expect(slow.isOpen)
    slow.loop.advanceTime(by: .seconds(2))
    #expect(!slow.isOpen)

    let sample = try Sample(isSecured: true)
    sample.channel.pipeline.fireUserInboundEventTriggered(
      TLSUserEvent.handshakeCompleted(negotiatedProtocol: nil))
    sample.loop.advanceTime(by: .seconds(9))
    #expect(sample.isOpen)
    sample.loop.advanceTime(by: .seconds(2))
    #expect(!sample.isOpen)
  }

  @Test func aStopEndsAHandshake() throws {
    let sample = try Sample(isSecured: true)
    sample.channel.pipeline.fireUserInboundEventTriggered(RequestGuard.Stop())
    #expect(!sample.isOpen)
  }

  /// A body that comes byte by byte has the deadline of the whole request.
  @Test func aDrippedBodyIsRefused() throws {
    let sample = try Sample()
    try sample.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n")
    for _ in 0..<9 {
      try sample.send("a")
      sample.loop.advanceTime(by: .seconds(1))
    }
    #expect(try sample.statuses() == [])
    sample.loop.advanceTime(by: .seconds(2))
    #expect(try sample.statuses() == ["408"])
    sample.loop.advanceTime(by: .seconds(3))
    #expect(!sample.isOpen)
  }

  @Test func anIdleConnectionEndsAfterItsTime() throws {
    let sample = try Sample()
    try sample.send(Self.request)
    try sample.answer()
    sample.loop.advanceTime(by: .seconds(59))
    #expect(sample.isOpen)
    sample.loop.advanceTime(by: .seconds(2))
    #expect(!sample.isOpen)
  }

  /// How long a handler takes is its own matter.
  @Test func anAnswerMayTakeItsTime() throws {
    let sample = try Sample()
    try sample.send(Self.request)
    sample.loop.advanceTime(by: .hours(1))
    #expect(sample.isOpen)
    try sample.answer()
    #expect(try sample.statuses() == ["200"])
  }

  // MARK: The end

  @Test func aStopEndsWhatHasNoRequest() throws {
    let sample = try Sample()
    sample.channel.pipeline.fireUserInboundEventTriggered(RequestGuard.Stop())
    #expect(!sample.isOpen)
  }

  @Test func aStopRefusesHalfARequest() throws {
    let sample = try Sample()
    try sample.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\na")
    sample.channel.pipeline.fireUserInboundEventTriggered(RequestGuard.Stop())
    #expect(try sample.statuses() == ["503"])
  }

  @Test func aStopLetsARequestBeAnswered() throws {
    let sample = try Sample()
    try sample.send(Self.request)
    sample.channel.pipeline.fireUserInboundEventTriggered(RequestGuard.Stop())
    #expect(sample.isOpen)
    try sample.answer()
    #expect(try sample.said().contains("connection: close"))
    sample.loop.advanceTime(by: .seconds(3))
    #expect(!sample.isOpen)
  }

  /// Answers come in the order of their requests, and a refusal behind those before it.
  @Test func aRefusalWaitsForTheAnswersBefore() throws {
    let sample = try Sample()
    try sample.send(Self.request)
    try sample.send("GET /b HTTP/1.1\r\n\r\n")
    #expect(try sample.statuses() == [])
    try sample.answer()
    #expect(try sample.statuses() == ["200", "400"])
  }
}
