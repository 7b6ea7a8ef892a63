import NIOCore
import NIOEmbedded
import Operations
import Testing

/// The first bytes of a connection with TLS; Tests/Strangers/api_tls.py has real clients.
struct TLSEdgeTests {
  private static func channel() throws -> EmbeddedChannel {
    let channel = EmbeddedChannel()
    try channel.connect(to: SocketAddress(unixDomainSocketPath: "/x")).wait()
    try channel.pipeline.syncOperations.addHandler(TLSEdge())
    return channel
  }

  private static func said(_ channel: EmbeddedChannel) throws -> String {
    try channel.readOutbound(as: ByteBuffer.self).map { String(buffer: $0) } ?? ""
  }

  /// 22 is the content type of a handshake (RFC 8446 §5.1), and what comes behind it is a matter of TLS.
  @Test func aHandshakePasses() throws {
    let channel = try Self.channel()
    for bytes in [[22], [3, 1], Array("GET ".utf8)] as [[UInt8]] {
      try channel.writeInbound(ByteBuffer(bytes: bytes))
      #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(bytes: bytes))
    }
    #expect(try Self.said(channel) == "")
  }

  @Test(arguments: ["GET / HTTP/1.1\r\n", "\r\n", "\u{0}", "\u{80}", "\u{17}"])
  func anythingElseIsAnsweredInPlainText(_ text: String) throws {
    let channel = try Self.channel()
    try channel.writeInbound(ByteBuffer(string: text))
    let said = try Self.said(channel)
    #expect(said.hasPrefix("HTTP/1.1 400 ") && said.contains("https://"), "\(said)")
    // Once, and nothing of it reaches TLS.
    try channel.writeInbound(ByteBuffer(bytes: [22, 3, 1]))
    #expect(try Self.said(channel) == "")
    #expect(try channel.readInbound(as: ByteBuffer.self) == nil)
  }
}
