import HTTP2Transport
import Testing

/// Settings of a client, none of which tells a password.
struct HTTP2ClientOptionsTests {
  @Test func aProxyHasNoPasswordInItsText() {
    let proxy = HTTP2ClientOptions.Proxy(host: "::1", port: 3128, authorization: "Basic c2VjcmV0")
    #expect("\(proxy)" == "[::1]:3128")
    #expect(HTTP2ClientOptions.Proxy(host: "p.test", port: 1, authorization: nil).description == "p.test:1")
  }
}
