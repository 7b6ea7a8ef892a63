import APNs
import Testing

struct NetworkAddressTests {
  @Test(
    arguments: [
      ("api.push.apple.com", "api.push.apple.com", nil),
      ("api.push.apple.com:2197", "api.push.apple.com", 2197),
      ("192.0.2.1:443", "192.0.2.1", 443), ("[2001:db8::1]:443", "2001:db8::1", 443), ("[::1]", "::1", nil),
      ("a:1", "a", 1), ("a:65535", "a", 65535),
    ] as [(String, String, Int?)]) func isRead(_ text: String, _ host: String, _ port: Int?)
  {
    let address = NetworkAddress(text)
    #expect(address?.host == host && address?.port == port)
  }

  @Test(arguments: [
    "", ":443", "a:", "a:0", "a:65536", "a:-1", "a:+1", "a:1x", "a:99999999999999999999", "::1", "[::1",
    "[::1]443", "[a]:1",
    "http://a:1", "a/b", "u@a:1", "a b", "a\n:1", "a\u{7F}", "[]:1", "[::1]:",
    String(repeating: "a", count: 256),
  ]) func isRefused(_ text: String) {
    #expect(NetworkAddress(text) == nil)
  }
}
